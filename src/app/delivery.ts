import type { LoadedConfig } from "../config/load.ts";
import { createSinks } from "../deliver/registry.ts";
import { createRelay, type DrainResult, type Relay } from "../deliver/relay/relay.ts";
import type { HealthNotice } from "../domain/event.ts";
import { randomShare } from "../lib/ids.ts";
import type { Outbox } from "../domain/ports/outbox.ts";
import type { Telemetry } from "../telemetry/happenings.ts";
import { systemClock } from "./wiring.ts";

/** What became of the events of a one-shot command. */
export interface Delivery {
  /** Events that at least one output has not taken yet. */
  readonly waiting: number;
  readonly unreachable: boolean;
  /** Why, one sentence per output that did not take everything. */
  readonly reasons: readonly string[];
}

export interface Relays {
  readonly relays: readonly Relay[];
  close(): Promise<void>;
}

export interface RelaySettings {
  readonly loaded: LoadedConfig | null;
  readonly stateDirectory: string;
  readonly outbox: Outbox;
  readonly telemetry: Telemetry;
  readonly onHealth: (notice: HealthNotice) => void;
}

/** Registers every configured output, so that its cursor exists whoever relays later. */
export async function openRelays(options: RelaySettings): Promise<Relays> {
  const { loaded, stateDirectory, outbox, telemetry, onHealth } = options;
  const clock = systemClock();
  const made = createSinks({ loaded, stateDirectory, clock });
  for (const { sink, backfill } of made) await outbox.registerSink({ name: sink.name, kind: sink.kind, backfill });
  const relays = made.map(({ sink }) => createRelay({ outbox, sink, clock, random: randomShare, telemetry, onHealth }));
  return {
    relays,
    close: async () => {
      await Promise.allSettled(relays.map((relay) => relay.sink.close(5_000)));
    },
  };
}

const DRAIN_MS = 30_000;

/** `--emit`: sends what waits, at most half a minute; what is left stays in the outbox. */
export async function drainAll(relays: Relays, outbox: Outbox, signal: AbortSignal): Promise<Delivery> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(DRAIN_MS)]);
  const results = await Promise.all(relays.relays.map((relay) => relay.drain(limit)));
  const reasons = relays.relays.flatMap(({ sink }, i) => reasonOf(sink.name, results[i]));
  return { waiting: await waitingEvents(outbox), unreachable: reasons.length > 0, reasons };
}

function reasonOf(output: string, result: DrainResult | undefined): readonly string[] {
  if (result === undefined || result.state === "empty") return [];
  const why = result.reason?.text ?? `not done within ${DRAIN_MS / 1000} s`;
  // Servers answer in paragraphs.
  return [`output ${output}: ${why.replaceAll(/\s+/g, " ")}`];
}

export async function waitingEvents(outbox: Outbox): Promise<number> {
  const { sinks } = await outbox.status();
  return Math.max(0, ...sinks.filter((sink) => sink.state !== "disabled").map((sink) => sink.pending));
}
