import { openState } from "../../test/support/runtime.ts";
import type { ElasticsearchAccess } from "../../test/support/elasticsearch/access.ts";
import { searchStream } from "../../test/support/elasticsearch/search-stream.ts";
import { readTopic } from "../../test/support/kafka/read-topic.ts";

const FAMILIES = ["anomaly", "scan", "observation", "audit"] as const;

/** What is in the store, read beside whatever runs. */
export interface StoreCounts {
  /** Ids of all committed events. */
  readonly ids: readonly string[];
  /** Events that some output has not settled yet. */
  readonly waiting: number;
  /** Sum of the cursors: it moves whenever any output settles a batch. */
  readonly settled: number;
  readonly deadLetters: number;
}

const NOTHING: StoreCounts = { ids: [], waiting: 0, settled: 0, deadLetters: 0 };

export async function storeCounts(state: string): Promise<StoreCounts> {
  const opened = openState(state, "read");
  if (!opened.ok) return NOTHING;
  const { outbox } = opened.value;
  const rows = await outbox.readAfter(0, { maxRows: 10_000_000, maxBytes: Number.MAX_SAFE_INTEGER });
  const { sinks } = await outbox.status();
  opened.value.close();
  return {
    ids: rows.map((row) => row.id),
    waiting: Math.max(0, ...sinks.map((sink) => sink.pending)),
    settled: sinks.reduce((sum, sink) => sum + sink.ackedSeq, 0),
    deadLetters: sinks.reduce((sum, sink) => sum + sink.deadLetters, 0),
  };
}

/** Ids as they arrived, duplicates included. */
export async function idsInKafka(brokers: readonly string[]): Promise<readonly string[]> {
  const topics = FAMILIES.map((family) => readTopic(brokers, `tripline.${family}`, { timeoutMs: 60_000 }));
  return (await Promise.all(topics)).flat().map((message) => message.headers.get("event-id") ?? "");
}

export async function idsInElasticsearch(node: ElasticsearchAccess): Promise<readonly string[]> {
  const streams = FAMILIES.map((family) => searchStream(node, `logs-tripline.${family}-default`));
  return (await Promise.all(streams)).flat().map((document) => document.id);
}
