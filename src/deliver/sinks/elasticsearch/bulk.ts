import { z } from "zod";
import type { Outcome, OutboxRow, SendResult } from "../../../domain/ports/sink.ts";
import {
  type BulkItem,
  classifyFailure,
  classifyItem,
  isTaken,
  type ItemVerdict,
  rejected,
  retry,
  stop,
} from "./classify.ts";
import type { ServerClient } from "./connect.ts";
import { failureOf } from "./failure.ts";

/** One send: to whom, until when. */
export interface BulkTarget {
  readonly server: ServerClient;
  readonly signal: AbortSignal;
}

type Settled = Extract<SendResult, { kind: "settled" }>;

/** Events by `_bulk create` with `_id` = `event.id`; one outcome per row, or the outcome of the request. */
export async function sendBulk(target: BulkTarget, batch: readonly OutboxRow[]): Promise<SendResult> {
  const result = await sendParts(target, batch);
  return result.kind === "settled" ? judgeMalformed(result) : result;
}

async function sendParts(target: BulkTarget, batch: readonly OutboxRow[]): Promise<SendResult> {
  try {
    return settled(batch, await request(target, batch));
  } catch (error) {
    const bytes = batch.reduce((sum, row) => sum + Buffer.byteLength(row.body, "utf8"), 0);
    const verdict = classifyFailure(failureOf(error), { rows: batch.length, bytes });
    return verdict.kind === "bisect" ? sendHalves(target, batch) : verdict;
  }
}

/** Rows match by position, so the filter must keep every item; the id proves that the position is right. */
const FILTER = ["_id", "status", "error.type", "error.reason", "failure_store"].map((field) => `items.*.${field}`);

function request({ server, signal }: BulkTarget, batch: readonly OutboxRow[]): Promise<unknown> {
  // Strings go out as they are: the bytes of the body are the bytes of the document.
  const operations = batch.flatMap((row) => [
    JSON.stringify({ create: { _index: streamOf(row), _id: row.id } }),
    row.body,
  ]);
  const stream = server.requiresDataStream ? { require_data_stream: true } : {};
  return server.client.bulk({ operations, filter_path: FILTER, ...stream }, { signal });
}

/** The stream an event belongs to; the body says the same in `data_stream.*`. */
function streamOf(row: Pick<OutboxRow, "family" | "namespace">): string {
  return `logs-tripline.${row.family}-${row.namespace}`;
}

const bulkAnswer = z.object({
  items: z.array(
    z.record(
      z.string(),
      z.object({
        _id: z.string().optional(),
        status: z.number(),
        error: z.object({ type: z.string().optional(), reason: z.string().nullish() }).optional(),
        failure_store: z.string().optional(),
      }),
    ),
  ),
});

function settled(batch: readonly OutboxRow[], answer: unknown): SendResult {
  const parsed = bulkAnswer.safeParse(answer);
  if (!parsed.success)
    return stop("unexpected-answer", "the answer is not from Elasticsearch's bulk API; is there a proxy in between?");
  const items = parsed.data.items.map(itemOf);
  const wrong = mismatch(batch, items);
  if (wrong !== null) return { kind: "settled", outcomes: batch.map(() => wrong) };
  const verdicts = items.map(classifyItem);
  const stops = verdicts.flatMap((verdict) => (verdict.kind === "stop" ? [verdict] : []));
  const [first] = stops;
  if (first !== undefined && stops.length === verdicts.length) return first;
  return { kind: "settled", outcomes: verdicts.map(asOutcome) };
}

/** An answer that does not name the events one by one, in their order, says nothing about any of them. */
function mismatch(batch: readonly OutboxRow[], items: readonly BulkItem[]): Outcome | null {
  if (items.length !== batch.length)
    return retry("answer-mismatch", `${items.length} answers for ${batch.length} events; all of them are sent again`);
  // A refusal may come from something that does not know the id; what was taken has one.
  const isNamed = (item: BulkItem, id: string | undefined) => (item.id === null ? !isTaken(item) : item.id === id);
  if (items.every((item, i) => isNamed(item, batch[i]?.id))) return null;
  return retry("answer-mismatch", "the answers do not name the events that were sent; all of them are sent again");
}

/** Some rows went through: those whose stream refuses come again, and stop the sink when they are alone. */
function asOutcome(verdict: ItemVerdict): Outcome {
  return verdict.kind === "stop" ? { kind: "retry", reason: verdict.reason } : verdict;
}

function itemOf(item: Readonly<Record<string, z.infer<typeof bulkAnswer>["items"][number][string]>>): BulkItem {
  const [result] = Object.values(item);
  return {
    id: result?._id ?? null,
    status: result?.status ?? 0,
    type: result?.error?.type ?? "unknown",
    text: result?.error?.reason ?? "",
    failureStore: result?.failure_store ?? null,
  };
}

/** A request was refused as malformed: halving finds the row that makes it so. */
async function sendHalves(target: BulkTarget, batch: readonly OutboxRow[]): Promise<SendResult> {
  if (batch.length === 1)
    return {
      kind: "settled",
      outcomes: [retry("malformed", "the server refuses a request with this event alone")],
    };
  const middle = Math.ceil(batch.length / 2);
  const first = await sendParts(target, batch.slice(0, middle));
  if (first.kind !== "settled") return first;
  const second = await sendParts(target, batch.slice(middle));
  if (second.kind !== "settled") return second;
  return { kind: "settled", outcomes: [...first.outcomes, ...second.outcomes] };
}

/** If other rows were accepted, a malformed row is at fault; if every row is malformed, the fault is ours. */
function judgeMalformed(result: Settled): SendResult {
  const { outcomes } = result;
  const isMalformed = (outcome: Outcome) => outcome.kind === "retry" && outcome.reason.slug === "malformed";
  if (outcomes.length > 1 && outcomes.every(isMalformed))
    return stop("malformed", "the server refuses a request with any of these events; please report this");
  if (!outcomes.some((outcome) => outcome.kind === "delivered")) return result;
  return {
    kind: "settled",
    outcomes: outcomes.map((o) => (o.kind === "retry" && isMalformed(o) ? rejected("malformed", o.reason.text) : o)),
  };
}
