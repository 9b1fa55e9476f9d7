import type { LoadedConfig } from "../config/load.ts";
import type { SinkDefinition } from "../deliver/definition.ts";
import { createSinks } from "../deliver/outputs.ts";
import { createRelay, type DrainResult, type Relay } from "../deliver/relay/relay.ts";
import { SINKS } from "../deliver/sinks/registry.ts";
import type { HealthNotice } from "../domain/event.ts";
import { randomShare } from "../lib/ids.ts";
import type { Outbox } from "../domain/ports/outbox.ts";
import type { Delivery, RefusedEvents } from "../report/model/delivery.ts";
import type { Telemetry } from "../telemetry/happenings.ts";
import { systemClock } from "./wiring.ts";

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
  /** The kinds of outputs there are; default: those of the program. */
  readonly sinks?: readonly SinkDefinition[];
}

/** Registers every configured output, so that its cursor exists whoever relays later. */
export async function openRelays(options: RelaySettings): Promise<Relays> {
  const { loaded, stateDirectory, outbox, telemetry, onHealth, sinks = SINKS } = options;
  const clock = systemClock();
  const made = createSinks({ loaded, stateDirectory, clock, sinks });
  for (const { sink, backfill } of made) await outbox.registerSink({ name: sink.name, kind: sink.kind, backfill });
  const relays = made.map(({ sink }) => createRelay({ outbox, sink, clock, random: randomShare, telemetry, onHealth }));
  return {
    relays,
    close: async () => {
      await Promise.allSettled(relays.map((relay) => relay.sink.close(5_000)));
    },
  };
}

/** An output that takes nothing for so long is left for the next time. */
export const PATIENCE_MS = 30_000;

export interface DrainedOutput {
  readonly output: string;
  readonly result: DrainResult;
}

/** Sends what waits until every output has all of it, or takes nothing any more; what is left stays in the outbox. */
export async function drainAll(
  relays: Relays["relays"],
  signal: AbortSignal,
  onProgress?: (output: string, settled: number) => void,
): Promise<readonly DrainedOutput[]> {
  return Promise.all(
    relays.map(async (relay) => {
      const output = relay.sink.name;
      const limits = { patienceMs: PATIENCE_MS, onProgress: (settled: number) => onProgress?.(output, settled) };
      return { output, result: await relay.drain(signal, limits) };
    }),
  );
}

export function outcomeOf(
  drained: readonly DrainedOutput[],
  signal: AbortSignal,
): Pick<Delivery, "unreachable" | "reasons" | "refused"> {
  const reasons = drained.flatMap((one) => reasonOf(one, signal));
  return { unreachable: reasons.length > 0, reasons, refused: drained.flatMap(refusedBy) };
}

function reasonOf({ output, result }: DrainedOutput, signal: AbortSignal): readonly string[] {
  if (result.state === "empty") return [];
  const why = result.reason?.text ?? (signal.aborted ? "interrupted" : `took nothing for ${PATIENCE_MS / 1000} s`);
  return [`output ${output}: ${oneLine(why)}`];
}

function refusedBy({ output, result }: DrainedOutput): readonly RefusedEvents[] {
  return result.refused.map(({ events, reason: { slug, text } }) => ({ output, events, slug, reason: oneLine(text) }));
}

/** Servers answer in paragraphs. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

export async function waitingEvents(outbox: Outbox): Promise<number> {
  const { sinks } = await outbox.status();
  return Math.max(0, ...sinks.filter((sink) => sink.state !== "disabled").map((sink) => sink.pending));
}
