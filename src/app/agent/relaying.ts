import type { LoadedConfig } from "../../config/load.ts";
import type { DrainResult, Relay } from "../../deliver/relay/relay.ts";
import type { HealthNotice } from "../../domain/event.ts";
import { openRelays, PATIENCE_MS, type Relays } from "../delivery.ts";
import type { OpenState, Runtime } from "../runtime.ts";

/** The relays of a running agent, one per configured output, each at its own pace. */
export interface Relaying {
  /** Starts with these outputs. What was running is stopped first: cursors stand in the store, nothing is lost. */
  start(loaded: LoadedConfig): Promise<void>;
  /** Events were committed. */
  wake(): void;
  /**
   * Ends the loops, sends what was just committed for a last few seconds, closes. `until`: a run that ends by itself sends
   * until nothing moves any more, or the signal comes. True when every output has everything and refused nothing.
   */
  stop(until: AbortSignal | null): Promise<boolean>;
}

export interface RelayingOptions {
  readonly runtime: Runtime;
  readonly stateDirectory: string;
  readonly store: OpenState;
  readonly tell: (notice: HealthNotice) => void;
}

/** Longest a stopping agent sends what was just committed. */
const LAST_FLUSH_MS = 10_000;

interface Running {
  readonly relays: Relays;
  readonly halt: AbortController;
  readonly loops: readonly Promise<void>[];
}

export function createRelaying(options: RelayingOptions): Relaying {
  let running: Running | null = null;
  return {
    start: async (loaded) => {
      // Made before the previous ones are halted: outputs that cannot be made leave everything as it was.
      const relays = await open(loaded, options);
      const former = running;
      if (former !== null) await halt(former).then(() => former.relays.close());
      running = begin(relays);
    },
    wake: () => {
      for (const relay of running?.relays.relays ?? []) relay.wake();
    },
    stop: async (until) => {
      if (running === null) return true;
      await halt(running);
      const { relays } = running;
      const ends = await Promise.allSettled(relays.relays.map((relay) => lastDrain(relay, until)));
      await relays.close();
      running = null;
      return ends.every((end) => end.status === "fulfilled" && hasAll(end.value));
    },
  };
}

function lastDrain(relay: Relay, until: AbortSignal | null): Promise<DrainResult> {
  if (until === null || until.aborted) return relay.drain(AbortSignal.timeout(LAST_FLUSH_MS));
  return relay.drain(until, { patienceMs: PATIENCE_MS });
}

function hasAll({ state, refused }: DrainResult): boolean {
  return state === "empty" && refused.length === 0;
}

function open(loaded: LoadedConfig, options: RelayingOptions): Promise<Relays> {
  const { runtime, stateDirectory, store, tell } = options;
  return openRelays({ runtime, loaded, stateDirectory, outbox: store.outbox, onHealth: tell });
}

function begin(relays: Relays): Running {
  const halting = new AbortController();
  return { relays, halt: halting, loops: relays.relays.map((relay) => relay.run(halting.signal)) };
}

async function halt({ halt: halting, loops }: Running): Promise<void> {
  halting.abort();
  await Promise.allSettled(loops);
}
