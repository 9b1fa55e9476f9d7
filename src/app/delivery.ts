import type { LoadedConfig } from "../config/load.ts";
import type { DrainResult, Relay } from "../deliver/relay/relay.ts";
import type { HealthNotice } from "../domain/event.ts";
import type { Outbox } from "../domain/ports/outbox.ts";
import type { Delivery, RefusedEvents } from "../report/model/delivery.ts";
import type { Runtime } from "./runtime.ts";

export interface Relays {
  readonly relays: readonly Relay[];
  close(): Promise<void>;
}

export interface RelaySettings {
  readonly runtime: Runtime;
  readonly loaded: LoadedConfig | null;
  readonly stateDirectory: string;
  readonly outbox: Outbox;
  readonly onHealth: (notice: HealthNotice) => void;
}

/** Registers every configured output, so that its cursor exists whoever relays later. */
export async function openRelays(options: RelaySettings): Promise<Relays> {
  const { runtime, loaded, stateDirectory, outbox, onHealth } = options;
  const made = runtime.sinks(loaded, stateDirectory);
  for (const { sink, backfill } of made) await outbox.registerSink({ name: sink.name, kind: sink.kind, backfill });
  const relays = made.map(({ sink }) => runtime.relay({ outbox, sink, onHealth }));
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
  const why = result.reason?.text ?? (signal.aborted ? "interrupted" : `accepted nothing for ${PATIENCE_MS / 1000} s`);
  return [`output ${output}: ${oneLine(why)}`];
}

function refusedBy({ output, result }: DrainedOutput): readonly RefusedEvents[] {
  return result.refused.map(({ events, reason: { slug, text } }) => ({ output, events, slug, reason: oneLine(text) }));
}

/** Answers of servers can be long. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

export async function waitingEvents(outbox: Outbox): Promise<number> {
  const { sinks } = await outbox.status();
  return Math.max(0, ...sinks.filter((sink) => sink.state !== "disabled").map((sink) => sink.pending));
}
