import type { Client } from "@elastic/elasticsearch";
import { z } from "zod";
import type { Outcome, OutboxRow, SendResult, Sink, SinkCheck } from "../../../domain/ports/sink.ts";
import { type BulkItem, classifyFailure, classifyItem, type ItemVerdict } from "./classify.ts";
import { type ElasticsearchSettings, failureOf, makeClient } from "./client.ts";

export interface ElasticsearchSinkOptions extends ElasticsearchSettings {
  readonly name?: string;
}

/** Rows match by position, so the filter must keep every item. */
const FILTER = ["errors", "items.*.status", "items.*.error.type", "items.*.error.reason", "items.*.failure_store"];

const bulkAnswer = z.object({
  items: z.array(
    z.record(
      z.string(),
      z.object({
        status: z.number(),
        error: z.object({ type: z.string().optional(), reason: z.string().optional() }).optional(),
        failure_store: z.string().optional(),
      }),
    ),
  ),
});

/** Events to data streams by `_bulk create` with `_id` = `event.id`: sent again, an event is refused with 409. */
export function createElasticsearchSink(options: ElasticsearchSinkOptions): Sink {
  const client = makeClient(options);
  return {
    name: options.name ?? "elasticsearch",
    kind: "elasticsearch",
    limits: { maxRows: 500, maxBytes: 5 * 1024 ** 2, sendTimeoutMs: 45_000 },
    check: (signal) => check(client, options, signal),
    send: (batch, signal) => send(client, batch, signal),
    close: () => client.close(),
  };
}

/** The stream an event belongs to; the body says the same in `data_stream.*`. */
function streamOf(row: Pick<OutboxRow, "family" | "namespace">): string {
  return `logs-tripline.${row.family}-${row.namespace}`;
}

async function send(client: Client, batch: readonly OutboxRow[], signal: AbortSignal): Promise<SendResult> {
  try {
    const body = batch.flatMap((row) => [JSON.stringify({ create: { _index: streamOf(row), _id: row.id } }), row.body]);
    // Strings go out as they are: the bytes of the body are the bytes of the document.
    const answer: unknown = await client.bulk(
      { operations: body, filter_path: FILTER, require_data_stream: true },
      { signal },
    );
    return settled(batch, answer);
  } catch (error) {
    const verdict = classifyFailure(failureOf(error), batch.length);
    return verdict.kind === "bisect" ? bisect(client, batch, signal) : verdict;
  }
}

function settled(batch: readonly OutboxRow[], answer: unknown): SendResult {
  const parsed = bulkAnswer.safeParse(answer);
  const items = parsed.success ? parsed.data.items.map(itemOf) : [];
  if (items.length !== batch.length)
    return {
      kind: "stop",
      reason: {
        slug: "unexpected-answer",
        text: "the answer is not one of Elasticsearch's bulk API; is there a proxy in between?",
      },
    };
  const verdicts = items.map(classifyItem);
  const stops = verdicts.flatMap((verdict) => (verdict.kind === "stop" ? [verdict] : []));
  const [first] = stops;
  if (first !== undefined && stops.length === verdicts.length) return first;
  return { kind: "settled", outcomes: verdicts.map(asOutcome) };
}

/** Some rows went through: those whose stream refuses come again, and stop the sink when they are alone. */
function asOutcome(verdict: ItemVerdict): Outcome {
  return verdict.kind === "stop" ? { kind: "retry", reason: verdict.reason } : verdict;
}

function itemOf(item: Readonly<Record<string, z.infer<typeof bulkAnswer>["items"][number][string]>>): BulkItem {
  const [result] = Object.values(item);
  return {
    status: result?.status ?? 0,
    type: result?.error?.type ?? "unknown",
    text: result?.error?.reason ?? "",
    failureStore: result?.failure_store ?? null,
  };
}

/** A whole request was refused as malformed: each row alone shows which one it is. All of them: it is our bug. */
async function bisect(client: Client, batch: readonly OutboxRow[], signal: AbortSignal): Promise<SendResult> {
  if (batch.length === 1)
    return {
      kind: "settled",
      outcomes: [
        {
          kind: "rejected",
          reason: { slug: "malformed", text: "the server refuses the request with this event alone" },
        },
      ],
    };
  const outcomes: Outcome[] = [];
  for (const row of batch) {
    const result = await send(client, [row], signal);
    if (result.kind !== "settled") return result;
    outcomes.push(...result.outcomes);
  }
  if (outcomes.every((outcome) => outcome.kind === "rejected" && outcome.reason.slug === "malformed")) {
    return {
      kind: "stop",
      reason: { slug: "malformed", text: "the server refuses every event alone; please report this" },
    };
  }
  return { kind: "settled", outcomes };
}

async function check(
  client: Client,
  { url }: ElasticsearchSinkOptions,
  signal: AbortSignal,
): Promise<readonly SinkCheck[]> {
  try {
    const nodes = await client.nodes.info({ filter_path: ["nodes.*.version"] }, { signal, requestTimeout: 10_000 });
    const version = Object.values(nodes.nodes ?? {})[0]?.version ?? "unknown version";
    const template = await client.indices.existsIndexTemplate(
      { name: "logs-tripline.anomaly" },
      { signal, requestTimeout: 10_000 },
    );
    return [
      { name: "connect", ok: true, detail: `${url}, ${version}`, fix: null },
      {
        name: "templates",
        ok: template,
        detail: template ? "installed" : "missing",
        fix: template ? null : "run tripline setup elasticsearch",
      },
    ];
  } catch (error) {
    const failure = failureOf(error);
    // The agent's key may write and nothing else: not being allowed to look is no fault.
    if (failure.status === 403)
      return [{ name: "connect", ok: true, detail: `${url} (the key may not look at templates)`, fix: null }];
    const fix =
      failure.status === 401
        ? "check the API key"
        : "check outputs.elasticsearch.url, the certificate, and that the server runs";
    return [{ name: "connect", ok: false, detail: `${url}: ${failure.text}`, fix }];
  }
}
