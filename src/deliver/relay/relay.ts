import type { HealthNotice } from "../../domain/event.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Outbox, SinkState } from "../../domain/ports/outbox.ts";
import type { Outcome, OutboxRow, Sink, SinkReason } from "../../domain/ports/sink.ts";
import { shortDigest } from "../../lib/hash.ts";
import { sleep } from "../../lib/time.ts";
import type { Telemetry } from "../../telemetry/happenings.ts";
import { backoffMs, nextWindow } from "./backoff.ts";
import { applyOutcomes, type Batch, deadLettersOf, newBatch, pendingRows } from "./batch.ts";
import { type Tried, sendRows } from "./send.ts";

export interface RelayOptions {
  readonly outbox: Outbox;
  readonly sink: Sink;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly telemetry: Telemetry;
  /** Health of this sink, for the other sinks to tell. */
  readonly onHealth: (notice: HealthNotice) => void;
}

export interface DrainResult {
  readonly state: "empty" | "stopped" | "timeout";
  readonly delivered: number;
  readonly dead: number;
  readonly reason: SinkReason | null;
}

export interface Relay {
  readonly sink: Sink;
  /** Sends until the outbox is empty for this sink, the sink stops, or the time is over. */
  drain(signal: AbortSignal): Promise<DrainResult>;
  /** For ever, until the signal; wakes up when told or after a while. */
  run(signal: AbortSignal): Promise<void>;
  /** New rows were committed. */
  wake(): void;
}

/** A stopped sink is asked again this often; jitter keeps agents apart. */
const CHECK_EVERY_MS = 60_000;
const IDLE_POLL_MS = 5_000;
/** The same trouble of a sink is told at most once an hour. */
const TELL_AGAIN_MS = 3_600_000;

interface RelayState {
  batch: Batch | null;
  window: number;
  attempt: number;
  sinkState: SinkState;
  reason: SinkReason | null;
  readonly told: Map<string, number>;
  delivered: number;
  dead: number;
  woken: AbortController;
}

type Step = { readonly kind: "progress" } | { readonly kind: "idle" } | { readonly kind: "wait"; readonly ms: number };

/**
 * One loop per sink: read, send, settle the whole batch, move the contiguous cursor. A broken sink never holds another.
 * Nothing is lost: a row leaves only as delivered or into the dead letters.
 */
export function createRelay(options: RelayOptions): Relay {
  const state: RelayState = {
    batch: null,
    window: 1,
    attempt: 0,
    sinkState: "running",
    reason: null,
    told: new Map(),
    delivered: 0,
    dead: 0,
    woken: new AbortController(),
  };
  return {
    sink: options.sink,
    drain: (signal) => drain(options, state, signal),
    run: (signal) => run(options, state, signal),
    wake: () => state.woken.abort(),
  };
}

async function drain(options: RelayOptions, state: RelayState, signal: AbortSignal): Promise<DrainResult> {
  const result = (end: DrainResult["state"]) => ({
    state: end,
    delivered: state.delivered,
    dead: state.dead,
    reason: state.reason,
  });
  while (!signal.aborted) {
    const step = await advance(options, state, signal);
    if (step.kind === "idle") return result("empty");
    if (state.sinkState === "stopped") return result("stopped");
    if (step.kind === "wait") await sleep(step.ms, signal);
  }
  return result("timeout");
}

async function run(options: RelayOptions, state: RelayState, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // Before the look at the outbox: a wake-up in between must not be lost.
    state.woken = new AbortController();
    const step = await advance(options, state, signal);
    if (step.kind === "progress") continue;
    // Only an idle relay is woken by new rows: a back-off is kept whatever comes in.
    const until = step.kind === "idle" ? AbortSignal.any([signal, state.woken.signal]) : signal;
    await sleep(step.kind === "idle" ? IDLE_POLL_MS : step.ms, until);
  }
}

/** One step: a check of a stopped sink, or one try with the current batch. */
async function advance(options: RelayOptions, state: RelayState, signal: AbortSignal): Promise<Step> {
  if (state.sinkState === "stopped" && !(await answersAgain(options, state, signal))) {
    return { kind: "wait", ms: Math.floor(CHECK_EVERY_MS * (0.8 + 0.4 * options.random())) };
  }
  state.batch ??= await readBatch(options, state);
  if (state.batch === null) return { kind: "idle" };
  const rows = pendingRows(state.batch);
  if (rows.length === 0) return settle(options, state, { rows, tried: { kind: "outcomes", outcomes: [] } });
  const tried = await sendRows(options.sink, rows, signal);
  if (tried.kind === "stop") return stop(options, state, tried.reason);
  return settle(options, state, { rows, tried });
}

async function readBatch(options: RelayOptions, state: RelayState): Promise<Batch | null> {
  const cursor = await options.outbox.cursor(options.sink.name);
  if (cursor === null || cursor.state === "disabled") return null;
  const { maxRows, maxBytes } = options.sink.limits;
  const rows = await options.outbox.readAfter(cursor.ackedSeq, { maxRows: Math.min(state.window, maxRows), maxBytes });
  return rows.length === 0 ? null : withoutCorrupt(newBatch(rows));
}

/** SQLite keeps no page checksums: a body that no longer has its digest is set aside instead of being sent. */
function withoutCorrupt(batch: Batch): Batch {
  const bad = batch.rows.filter((row) => shortDigest(row.body) !== row.digest);
  const reason = { slug: "body-corrupt", text: "the stored event no longer has its digest; check the disk" };
  return applyOutcomes(
    batch,
    bad,
    bad.map((): Outcome => ({ kind: "rejected", reason })),
  );
}

async function settle(
  options: RelayOptions,
  state: RelayState,
  answer: { readonly rows: readonly OutboxRow[]; readonly tried: Extract<Tried, { kind: "outcomes" }> },
): Promise<Step> {
  const { rows, tried } = answer;
  if (state.batch === null) return { kind: "idle" };
  state.batch = applyOutcomes(state.batch, rows, tried.outcomes);
  const retries = tried.outcomes.flatMap((o) => (o.kind === "retry" ? [o] : []));
  count(options, tried.outcomes);
  if (pendingRows(state.batch).length > 0) return backOff(options, state, retries);
  await commit(options, state, state.batch);
  return { kind: "progress" };
}

async function backOff(
  options: RelayOptions,
  state: RelayState,
  retries: readonly Extract<Outcome, { kind: "retry" }>[],
): Promise<Step> {
  state.attempt += 1;
  state.window = 1;
  state.reason = retries[0]?.reason ?? null;
  const ms = backoffMs(state.attempt, options.random(), Math.max(0, ...retries.map((r) => r.afterMs ?? 0)));
  await remember(options, state, "backing-off");
  if (state.attempt >= 3) tell(options, state, { kind: "sink-down" });
  return { kind: "wait", ms };
}

async function commit(options: RelayOptions, state: RelayState, batch: Batch): Promise<void> {
  const at = options.clock.now();
  const dead = deadLettersOf(batch, options.sink.name, at);
  const last = batch.rows.at(-1)?.seq ?? 0;
  await options.outbox.commitRelay({ sink: options.sink.name, ackedSeq: last, dead, at });
  state.delivered += batch.rows.length - dead.length;
  state.dead += dead.length;
  state.batch = null;
  state.window = nextWindow(state.window, options.sink.limits.maxRows);
  for (const letter of dead) tell(options, state, { kind: "event-rejected", about: letter.reason });
  if (state.attempt > 0 || state.reason !== null) await recovered(options, state);
}

async function recovered(options: RelayOptions, state: RelayState): Promise<void> {
  state.attempt = 0;
  state.reason = null;
  await remember(options, state, "running");
  if (state.told.delete("sink-down")) tell(options, state, { kind: "sink-recovered" });
}

async function stop(options: RelayOptions, state: RelayState, reason: SinkReason): Promise<Step> {
  state.reason = reason;
  state.window = 1;
  await remember(options, state, "stopped");
  tell(options, state, { kind: "sink-down" });
  return { kind: "wait", ms: Math.floor(CHECK_EVERY_MS * (0.8 + 0.4 * options.random())) };
}

/** A stopped sink leaves that state by a good check only, never by dropping rows. */
async function answersAgain(options: RelayOptions, state: RelayState, signal: AbortSignal): Promise<boolean> {
  const checks = await options.sink.check(signal);
  if (checks.some((check) => !check.ok)) return false;
  await remember(options, state, "running");
  return true;
}

async function remember(options: RelayOptions, state: RelayState, sinkState: SinkState): Promise<void> {
  state.sinkState = sinkState;
  const reason = state.reason === null ? null : state.reason.text;
  const at = options.clock.now();
  await options.outbox.setSinkState(options.sink.name, { state: sinkState, reason, attempt: state.attempt, at });
}

function tell(
  options: RelayOptions,
  state: RelayState,
  news: { readonly kind: "sink-down" | "sink-recovered" | "event-rejected"; readonly about?: SinkReason },
): void {
  const { kind, about = state.reason } = news;
  const key = kind === "event-rejected" ? `${kind} ${about?.slug}` : kind;
  const last = state.told.get(key);
  const now = options.clock.now();
  if (last !== undefined && now - last < TELL_AGAIN_MS) return;
  if (kind !== "sink-recovered") state.told.set(key, now);
  options.onHealth(noticeOf(kind, options.sink.name, about));
  const level = kind === "sink-recovered" ? "info" : "error";
  options.telemetry.happened({ level, message: kind, fields: { sink: options.sink.name, reason: about?.text ?? "" } });
}

const SENTENCES = {
  "sink-down": "does not take events; they wait in the outbox",
  "sink-recovered": "takes events again",
  "event-rejected": "refused an event for good; it is in the dead letters",
} as const;

function noticeOf(kind: keyof typeof SENTENCES, sink: string, reason: SinkReason | null): HealthNotice {
  const outcome = kind === "sink-recovered" ? "success" : "failure";
  return {
    kind,
    subject: sink,
    message: `Output ${sink} ${SENTENCES[kind]}.`,
    reason: reason?.text ?? null,
    code: null,
    outcome,
  };
}

function count(options: RelayOptions, outcomes: readonly Outcome[]): void {
  for (const [outcome, all] of Map.groupBy(outcomes, (o) => o.kind)) {
    const labels = { sink: options.sink.name, outcome };
    options.telemetry.metrics.count("tripline_sink_events_total", labels, all.length);
  }
}
