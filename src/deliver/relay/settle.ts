import { isDeadLettersFull, type SinkState } from "../../domain/ports/outbox.ts";
import type { Outcome, OutboxRow, SinkReason } from "../../domain/ports/sink.ts";
import { backoffMs, nextWindow } from "./backoff.ts";
import { applyOutcomes, type Batch, deadLettersOf, isUnclear, pendingRows, tookSome } from "./batch.ts";
import type { Tried } from "./send.ts";
import type { RelayOptions, RelayWork, Step } from "./state.ts";
import { tellDown, tellRecovered, tellRejected } from "./tell.ts";

/** A stopped sink is asked again this often; jitter keeps agents apart. */
const CHECK_EVERY_MS = 60_000;
/** After so many failed tries in a row the others get an event. */
const TELL_AFTER_ATTEMPTS = 3;
/** How long the size that passed is used as the limit: people may raise the real one. */
const BELIEVE_SIZE_MS = 10 * 60_000;

type Retry = Extract<Outcome, { kind: "retry" }>;
type Answered = Extract<Tried, { kind: "outcomes" }>;

/** What one answer means for the batch: try again later, continue with its other rows, or commit it as a whole. */
export async function settle(work: RelayWork, rows: readonly OutboxRow[], tried: Answered): Promise<Step> {
  const { options, state } = work;
  if (state.batch === null) return { kind: "idle" };
  state.batch = applyOutcomes(state.batch, rows, tried.outcomes);
  count(options, rows, tried.outcomes);
  if (tried.passedBytes !== null)
    state.passed = { bytes: tried.passedBytes, until: options.clock.monotonic() + BELIEVE_SIZE_MS };
  const open = new Set(pendingRows(state.batch).map((row) => row.seq));
  const retries = tried.outcomes.filter((o, i): o is Retry => o.kind === "retry" && open.has(rows[i]?.seq ?? 0));
  if (retries.length > 0) return backOff(work, tried.outcomes, retries);
  state.window = nextWindow(state.window, options.sink.limits.maxRows);
  state.widen = false;
  return open.size > 0 ? goOn(work) : commit(work, state.batch);
}

async function backOff(work: RelayWork, outcomes: readonly Outcome[], retries: readonly Retry[]): Promise<Step> {
  const { options, state } = work;
  const takes = outcomes.some((outcome) => outcome.kind === "delivered");
  // An output that takes some of the rows works: what waits is for one partition or shard to come back, not for it.
  state.attempt = takes ? 1 : state.attempt + 1;
  state.widen = retries.every((retry) => isUnclear(retry.reason));
  const onlyThese = state.widen && state.batch !== null && tookSome(state.batch);
  if (state.widen) state.window = nextWindow(state.window, options.sink.limits.maxRows);
  else if (!takes) state.window = 1;
  state.reason = retries[0]?.reason ?? null;
  await remember(work, "backing-off");
  if (state.attempt >= TELL_AFTER_ATTEMPTS && !takes && !onlyThese) tellDown(work);
  const asked = Math.max(0, ...retries.map((retry) => retry.afterMs ?? 0));
  return { kind: "wait", ms: backoffMs(state.attempt, options.random(), asked) };
}

async function goOn(work: RelayWork): Promise<Step> {
  await recovered(work);
  return { kind: "progress" };
}

async function commit(work: RelayWork, batch: Batch): Promise<Step> {
  const { options, state } = work;
  const at = options.clock.now();
  const dead = deadLettersOf(batch, options.sink.name, at);
  const ackedSeq = batch.rows.at(-1)?.seq ?? 0;
  try {
    await options.outbox.commitRelay({ sink: options.sink.name, ackedSeq, dead, at });
  } catch (error) {
    // The batch stays in memory as it is: it is committed as soon as there is room for its dead letters.
    if (isDeadLettersFull(error)) return stop(work, DEAD_LETTERS_FULL);
    throw error;
  }
  state.batch = null;
  state.delivered += batch.rows.length - dead.length;
  state.dead += dead.length;
  for (const { reason } of dead) {
    const before = state.refused.get(reason.slug);
    state.refused.set(reason.slug, { reason: before?.reason ?? reason, events: (before?.events ?? 0) + 1 });
  }
  tellRejected(work, dead);
  return goOn(work);
}

const DEAD_LETTERS_FULL: SinkReason = {
  slug: "dead-letters-full",
  text: "the dead letters of this output are full (10,000 events or 64 MiB), so it accepts no more; see tripline outbox dead and fix what refuses them",
};

async function recovered(work: RelayWork): Promise<void> {
  const { state } = work;
  if (state.attempt === 0 && state.reason === null && state.storedState === "running") return;
  const wasDown = state.toldDown || state.storedState === "stopped";
  state.attempt = 0;
  state.reason = null;
  await remember(work, "running");
  if (wasDown) tellRecovered(work);
}

/** An operator must act: nothing of this try counts, the rows stay, and the sink is checked again later. */
export async function stop(work: RelayWork, reason: SinkReason): Promise<Step> {
  const { options, state } = work;
  options.telemetry.metrics.count("tripline_sink_errors_total", { sink: options.sink.name, reason: reason.slug });
  state.reason = reason;
  state.window = 1;
  await remember(work, "stopped");
  tellDown(work);
  return untilNextCheck(options);
}

export function untilNextCheck({ random }: RelayOptions): Step {
  return { kind: "wait", ms: Math.floor(CHECK_EVERY_MS * (0.8 + 0.4 * random())) };
}

export async function remember({ options, state }: RelayWork, sinkState: SinkState): Promise<void> {
  const reason = state.reason === null ? null : state.reason.text;
  const next = { state: sinkState, reason, attempt: state.attempt, at: options.clock.now() };
  await options.outbox.setSinkState(options.sink.name, next);
  state.sinkState = sinkState;
  state.storedState = sinkState;
}

function count(
  { sink, telemetry: { metrics } }: RelayOptions,
  rows: readonly OutboxRow[],
  outcomes: readonly Outcome[],
): void {
  for (const [outcome, all] of Map.groupBy(outcomes, labelOf))
    metrics.count("tripline_sink_events_total", { sink: sink.name, outcome }, all.length);
  const untaken = outcomes.filter((outcome) => outcome.kind !== "delivered");
  for (const [reason, all] of Map.groupBy(untaken, (outcome) => outcome.reason.slug))
    metrics.count("tripline_sink_errors_total", { sink: sink.name, reason }, all.length);
  const taken = rows.filter((_, i) => outcomes[i]?.kind === "delivered");
  const bytes = taken.reduce((sum, row) => sum + Buffer.byteLength(row.body), 0);
  if (bytes > 0) metrics.count("tripline_sink_bytes_total", { sink: sink.name }, bytes);
}

function labelOf(outcome: Outcome): string {
  if (outcome.kind === "retry") return "retried";
  if (outcome.kind === "delivered") return outcome.note === "already-present" ? "already_present" : "delivered";
  return outcome.reason.slug === "failure-store" ? "failure_store" : "rejected";
}
