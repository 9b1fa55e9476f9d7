import { rejectedNotice } from "../../deliver/relay/tell.ts";
import type { HealthNotice } from "../../domain/event.ts";
import { type DrainedOutput, drainAll, openRelays, outcomeOf, type Relays, waitingEvents } from "../delivery.ts";
import type { Delivery } from "../../report/model/delivery.ts";
import type { OpenState } from "../runtime.ts";
import type { Ground } from "./operation.ts";
import { recordNotices } from "./tell.ts";

/** The outputs of a one-shot command: registered from its start, so that they get what it commits. */
export interface Courier {
  /** With `emit` sends what waits; else only counts it. */
  deliver(order: Order): Promise<Delivery>;
  close(): Promise<void>;
}

export interface Order {
  readonly emit: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: ((settled: number, of: number) => void) | undefined;
}

export interface CourierOptions extends Ground {
  readonly stateDirectory: string;
  readonly store: OpenState;
  /** The store is gone when the command ends. */
  readonly temporary: boolean;
}

export async function openCourier(options: CourierOptions): Promise<Courier> {
  const { runtime, loaded, stateDirectory, store } = options;
  const notices: HealthNotice[] = [];
  const onHealth = (notice: HealthNotice) => void notices.push(notice);
  const relays = await openRelays({ runtime, loaded, stateDirectory, outbox: store.outbox, onHealth });
  return {
    deliver: async (order) => {
      const sent = order.emit ? await send({ ...options, relays, notices, order }) : NOTHING_SENT;
      return { ...sent, waiting: await waitingEvents(store.outbox), kept: !options.temporary };
    },
    close: () => relays.close(),
  };
}

const NOTHING_SENT = { unreachable: false, reasons: [], refused: [] };

interface Sending extends CourierOptions {
  readonly relays: Relays;
  readonly notices: readonly HealthNotice[];
  readonly order: Order;
}

async function send({ runtime, loaded, store, relays, notices, order }: Sending) {
  const { signal } = order;
  const first = await drainAll(relays.relays, signal, await progressOf(relays, store, order));
  // Refused events are reported to the other outputs. An output that is down is reported by the
  // agent, once per outage; here every call would report it again.
  const news = notices.filter((notice) => notice.kind === "event-rejected").map((notice) => counted(notice, first));
  if (loaded === null || news.length === 0 || signal.aborted) return outcomeOf(first, signal);
  await recordNotices({ runtime, store, loaded }, news);
  const well = new Set(first.filter(({ result }) => result.state === "empty").map(({ output }) => output));
  const again = await drainAll(
    relays.relays.filter(({ sink }) => well.has(sink.name)),
    signal,
  );
  const latest = first.map((before) => again.find(({ output }) => output === before.output) ?? before);
  return outcomeOf(latest, signal);
}

/**
 * A relay reports the first refused event and then none for an hour; a command knows at its end how many there
 * were.
 */
function counted(notice: HealthNotice, drained: readonly DrainedOutput[]): HealthNotice {
  const refused = drained.find(({ output }) => output === notice.subject)?.result.refused ?? [];
  const all = refused.find(({ reason }) => reason.text === notice.reason);
  return all === undefined ? notice : rejectedNotice(notice.subject ?? "", all.events, notice.reason);
}

/** The slowest output counts: it is how far the whole is. */
async function progressOf({ relays }: Relays, store: OpenState, { onProgress }: Order) {
  const of = await waitingEvents(store.outbox);
  const settled = new Map(relays.map(({ sink }) => [sink.name, 0]));
  return (output: string, events: number): void => {
    settled.set(output, events);
    onProgress?.(Math.min(...settled.values()), of);
  };
}
