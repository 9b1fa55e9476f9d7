import type { Outcome, OutboxRow, SendResult, Sink, SinkReason } from "../../domain/ports/sink.ts";
import { deadlineFor } from "./deadline.ts";

/** The result of one try: an outcome for every row, or the sink stopped before anything was accepted. */
export type Tried =
  | { readonly kind: "outcomes"; readonly outcomes: readonly Outcome[]; readonly passedBytes: number | null }
  | { readonly kind: "stop"; readonly reason: SinkReason };

/**
 * Sends rows; a batch that is too large is halved until only the row at fault is refused. `passedBytes` is the largest
 * part that passed when the whole did not, unless a single row was to blame. Never throws; no rows, no send.
 */
export async function sendRows(sink: Sink, rows: readonly OutboxRow[], signal: AbortSignal): Promise<Tried> {
  if (rows.length === 0) return { kind: "outcomes", outcomes: [], passedBytes: null };
  const result = await sendWithin(sink, rows, signal);
  if (result.kind === "stop") return result;
  if (result.kind === "settled")
    return { kind: "outcomes", outcomes: complete(result.outcomes, rows), passedBytes: null };
  const [first] = rows;
  if (rows.length === 1 && first !== undefined)
    return { kind: "outcomes", outcomes: [tooLarge(first)], passedBytes: null };
  return sendHalves(sink, rows, signal);
}

async function sendHalves(sink: Sink, rows: readonly OutboxRow[], signal: AbortSignal): Promise<Tried> {
  const middle = Math.ceil(rows.length / 2);
  const first = await sendRows(sink, rows.slice(0, middle), signal);
  if (first.kind === "stop") return first;
  const second = await sendRows(sink, rows.slice(middle), signal);
  // The outcomes of the first half are kept: its rows were accepted although the sink stopped afterwards.
  const rest = second.kind === "outcomes" ? second.outcomes : rows.slice(middle).map(() => retry(second.reason));
  const outcomes = [...first.outcomes, ...rest];
  const parts = [first, second].map((part) => (part.kind === "outcomes" ? part.passedBytes : null));
  return { kind: "outcomes", outcomes, passedBytes: passedBytes(rows, outcomes, parts) };
}

/** The parts' own findings are smaller and win; a half counts when none of its rows has to be sent again. */
function passedBytes(
  rows: readonly OutboxRow[],
  outcomes: readonly Outcome[],
  parts: readonly (number | null)[],
): number | null {
  if (outcomes.some((o) => o.kind === "rejected" && o.reason.slug === "too-large")) return null;
  const found = parts.filter((bytes) => bytes !== null);
  if (found.length > 0) return Math.min(...found);
  const middle = Math.ceil(rows.length / 2);
  const halves = [rows.slice(0, middle), rows.slice(middle)];
  const passed = halves.filter((half, i) => half.every((_, j) => outcomes[i * middle + j]?.kind !== "retry"));
  return passed.length === 0 ? null : Math.max(...passed.map(bytesOf));
}

function bytesOf(rows: readonly OutboxRow[]): number {
  return rows.reduce((sum, row) => sum + Buffer.byteLength(row.body, "utf8"), 0);
}

/** Our own deadline: some clients never settle. What comes later is ignored, and every row counts as unknown. */
async function sendWithin(sink: Sink, rows: readonly OutboxRow[], signal: AbortSignal): Promise<SendResult> {
  const limit = deadlineFor(signal, sink.limits.sendTimeoutMs);
  const late = limit.passed.then((by) => unknown(rows, by === "time" ? overdue(sink) : STOPPED));
  const result = await Promise.race([sendOrKeep(sink, rows, limit.signal), late]);
  limit.release();
  return result;
}

async function sendOrKeep(sink: Sink, rows: readonly OutboxRow[], signal: AbortSignal): Promise<SendResult> {
  try {
    return await sink.send(rows, signal);
  } catch (error) {
    return unknown(rows, bug(error));
  }
}

const STOPPED: SinkReason = { slug: "stopped", text: "the agent is stopping" };

function overdue(sink: Sink): SinkReason {
  return { slug: "deadline", text: `${sink.name} did not answer within ${sink.limits.sendTimeoutMs / 1000} s` };
}

function bug(error: unknown): SinkReason {
  return { slug: "client-error", text: error instanceof Error ? error.message.slice(0, 300) : "unknown error" };
}

function unknown(rows: readonly OutboxRow[], reason: SinkReason): SendResult {
  return { kind: "settled", outcomes: rows.map(() => retry(reason)) };
}

function retry(reason: SinkReason): Outcome {
  return { kind: "retry", reason };
}

function tooLarge(row: OutboxRow): Outcome {
  const bytes = bytesOf([row]);
  return {
    kind: "rejected",
    reason: { slug: "too-large", text: `the event has ${bytes} bytes, more than the sink takes` },
  };
}

/** If a sink answers for fewer rows than it got, the outcome of all of them is unknown. */
function complete(outcomes: readonly Outcome[], rows: readonly OutboxRow[]): readonly Outcome[] {
  if (outcomes.length === rows.length) return outcomes;
  const text = `${outcomes.length} answers for ${rows.length} events; all of them are sent again`;
  return rows.map(() => retry({ slug: "answer-mismatch", text }));
}
