import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openState } from "../support/runtime.ts";
import { createRelay, type DrainLimits, type DrainResult } from "../../src/deliver/relay/relay.ts";
import type { EventDocument, HealthNotice } from "../../src/domain/event.ts";
import type { Outbox } from "../../src/domain/ports/outbox.ts";
import type { OutboxRow, Sink } from "../../src/domain/ports/sink.ts";
import { shortDigest } from "../../src/lib/hash.ts";
import { createTelemetry } from "../../src/telemetry/happenings.ts";
import { silentLogger } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** Twenty-six characters, another for each number. */
function eventId(n: number): string {
  let rest = n;
  let id = "";
  for (let i = 0; i < 26; i++) {
    id = (ALPHABET[rest % 32] ?? "a") + id;
    rest = Math.floor(rest / 32);
  }
  return id;
}

/** An event about nothing; `fields` go into its body. */
export function event(n: number, changes: Partial<EventDocument> & { readonly fields?: object } = {}): EventDocument {
  const { fields = {}, ...rest } = changes;
  const id = rest.id ?? eventId(n);
  const made = { family: "scan", key: "v", action: "scan-completed", severity: null, namespace: "default" } as const;
  const time = "2026-11-20T10:00:00.000Z";
  const body = JSON.stringify({ "@timestamp": time, event: { kind: "event", id }, message: `ä ${n}`, ...fields });
  return { ...made, id, body, ...rest };
}

/** The row an outbox would give for an event. */
export function rowOf(document: EventDocument, seq: number): OutboxRow {
  return { ...document, seq, digest: shortDigest(document.body), createdAt: 0 };
}

export interface StageOptions {
  readonly sink: Sink;
  readonly events: readonly EventDocument[];
  /** Stands between relay and store, to watch or to break it. */
  readonly between?: (outbox: Outbox) => Outbox;
  /** Monotonic ms; default: stands still. */
  readonly monotonic?: () => number;
}

/** A relay over a real SQLite outbox with these events in it. Back-off is zero, so that nothing waits. */
export async function stage(options: StageOptions) {
  const { sink, events, between = (outbox) => outbox, monotonic = () => 0 } = options;
  const opened = openState(join(tempDirOfMadeUpEvents(), "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const store = opened.value;
  onTestFinished(() => store.close());
  onTestFinished(() => sink.close(1_000));
  await store.outbox.registerSink({ name: sink.name, kind: sink.kind, backfill: true });
  const add = (documents: readonly EventDocument[]) => store.cycles.commitHealth(() => documents, 1);
  await add(events);
  const told: HealthNotice[] = [];
  const metrics = createMetrics();
  const relay = createRelay({
    outbox: between(store.outbox),
    sink,
    clock: { now: () => 1, monotonic },
    random: () => 0,
    telemetry: createTelemetry(silentLogger(), metrics),
    onHealth: (notice) => told.push(notice),
  });
  const drain = (signal = AbortSignal.timeout(PATIENCE_MS / 4), limits: DrainLimits = {}): Promise<DrainResult> =>
    relay.drain(signal, limits);
  const cursor = async () => {
    const [status] = (await store.outbox.status()).sinks;
    if (status === undefined) throw new Error("no sink");
    return status;
  };
  const dead = async () => (await store.outbox.deadLetters(null)).map((l) => [l.seq, l.reason.slug] as const);
  return { store, relay, told, metrics, add, drain, cursor, dead };
}

/** Numbers from 1 to `count`. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
