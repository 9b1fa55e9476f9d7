import type { Outcome, OutboxRow, Sink } from "../../../src/domain/ports/sink.ts";
import { sleep } from "../../../src/lib/time.ts";
import type { Told } from "../story/tell.ts";

export interface Sent {
  readonly delivered: number;
  /** Of these: the server had it already. */
  readonly present: number;
  readonly rejected: number;
  /** What a rejection said, each once. */
  readonly reasons: readonly string[];
  readonly bytes: number;
}

const { signal } = new AbortController();
const TRIES = 20;
const PAUSE_MS = 500;

/** Every event of a story through a sink as the program has it, in batches of the size that the sink wants. */
export async function sendStory(told: readonly Told[], sink: Sink): Promise<Sent> {
  const outcomes: Outcome[] = [];
  let bytes = 0;
  for await (const batch of batchesOf(told, sink)) {
    bytes += batch.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    outcomes.push(...(await settle(sink, batch)));
  }
  const rejections = outcomes.flatMap((one) => (one.kind === "rejected" ? one.reason.text : []));
  return {
    delivered: outcomes.length - rejections.length,
    present: outcomes.filter((one) => one.kind === "delivered" && one.note === "already-present").length,
    rejected: rejections.length,
    reasons: [...new Set(rejections)],
    bytes,
  };
}

async function* batchesOf(told: readonly Told[], { limits }: Sink): AsyncGenerator<readonly OutboxRow[]> {
  let batch: OutboxRow[] = [];
  let bytes = 0;
  for (const { rows } of told) {
    for await (const row of rows()) {
      const more = Buffer.byteLength(row.body) + 500;
      if (batch.length > 0 && (batch.length >= limits.maxRows || bytes + more > limits.maxBytes)) {
        yield batch;
        [batch, bytes] = [[], 0];
      }
      batch.push(row);
      bytes += more;
    }
  }
  if (batch.length > 0) yield batch;
}

/** Rows that are to be sent again are sent again, as the relay does it. */
async function settle(sink: Sink, batch: readonly OutboxRow[]): Promise<readonly Outcome[]> {
  const settled: Outcome[] = [];
  let rows = batch;
  for (let tries = 0; rows.length > 0; tries++) {
    const result = await sink.send(rows, signal);
    if (result.kind !== "settled") throw new Error(`${sink.name} did not take a batch: ${JSON.stringify(result)}`);
    settled.push(...result.outcomes.filter(({ kind }) => kind !== "retry"));
    rows = rows.filter((_, i) => result.outcomes[i]?.kind === "retry");
    if (rows.length > 0 && tries >= TRIES) throw new Error(`${sink.name} wants ${rows.length} rows again and again`);
    if (rows.length > 0) await sleep(PAUSE_MS, signal);
  }
  return settled;
}
