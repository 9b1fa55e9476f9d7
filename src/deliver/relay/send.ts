import type { Outcome, OutboxRow, SendResult, Sink, SinkReason } from "../../domain/ports/sink.ts";

/** What one try brought: outcomes for every row of it, or the sink stopped before anything was taken. */
export type Tried =
  | { readonly kind: "outcomes"; readonly outcomes: readonly Outcome[] }
  | { readonly kind: "stop"; readonly reason: SinkReason };

/** Sends rows; a batch that is too large is halved until only the guilty row is refused. Never throws. */
export async function sendRows(sink: Sink, rows: readonly OutboxRow[], signal: AbortSignal): Promise<Tried> {
  const result = await sendWithin(sink, rows, signal);
  if (result.kind === "stop") return result;
  if (result.kind === "settled") return { kind: "outcomes", outcomes: complete(result.outcomes, rows) };
  if (rows.length === 1) return { kind: "outcomes", outcomes: [tooLarge(rows[0])] };
  return sendHalves(sink, rows, signal);
}

async function sendHalves(sink: Sink, rows: readonly OutboxRow[], signal: AbortSignal): Promise<Tried> {
  const middle = Math.ceil(rows.length / 2);
  const first = await sendRows(sink, rows.slice(0, middle), signal);
  if (first.kind === "stop") return first;
  const second = await sendRows(sink, rows.slice(middle), signal);
  // What the first half brought is kept: its rows were taken although the sink stopped afterwards.
  const rest = second.kind === "outcomes" ? second.outcomes : rows.slice(middle).map(() => retry(second.reason));
  return { kind: "outcomes", outcomes: [...first.outcomes, ...rest] };
}

/** Our own deadline: some clients never settle. What comes later is ignored, and every row counts as unknown. */
async function sendWithin(sink: Sink, rows: readonly OutboxRow[], signal: AbortSignal): Promise<SendResult> {
  const limit = AbortSignal.timeout(sink.limits.sendTimeoutMs);
  const both = AbortSignal.any([signal, limit]);
  const late = new Promise<SendResult>((resolve) => {
    const give = () => resolve(unknown(rows, limit.aborted ? deadline(sink) : STOPPED));
    if (both.aborted) give();
    else both.addEventListener("abort", give, { once: true });
  });
  const sent = sink.send(rows, both).catch((error: unknown): SendResult => unknown(rows, bug(error)));
  return Promise.race([sent, late]);
}

const STOPPED: SinkReason = { slug: "stopped", text: "the agent is stopping" };

function deadline(sink: Sink): SinkReason {
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

function tooLarge(row: OutboxRow | undefined): Outcome {
  const bytes = Buffer.byteLength(row?.body ?? "", "utf8");
  return {
    kind: "rejected",
    reason: { slug: "too-large", text: `the event has ${bytes} bytes, more than the sink takes` },
  };
}

/** A sink that answers for fewer rows than it got has said nothing about any of them. */
function complete(outcomes: readonly Outcome[], rows: readonly OutboxRow[]): readonly Outcome[] {
  if (outcomes.length === rows.length) return outcomes;
  const text = `${outcomes.length} answers for ${rows.length} events; all of them are sent again`;
  return rows.map(() => retry({ slug: "answer-mismatch", text }));
}
