import type { Search } from "../servers/search.ts";
import { equal, type Line } from "./lines.ts";
import type { Tally } from "./tally.ts";

/** Each stream has what was sent, once. */
export async function documentLines(search: Search, { streams, documents }: Tally): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const [stream, n] of [...streams].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    lines.push(equal(`documents in \`${stream}\``, n, await search.count(stream, { match_all: {} })));
  const all = [...streams.keys()].join(",");
  lines.push(equal("documents in all", documents, await search.count(all, { match_all: {} })));
  return [...lines, equal("event ids that are there twice", 0, await twice(search, all))];
}

const PARTS = 20;

/** Ids with more than one document, counted part by part: a single answer has no room for all of them. */
async function twice(search: Search, index: string): Promise<number> {
  let found = 0;
  for (let partition = 0; partition < PARTS; partition++) {
    const terms = {
      field: "event.id",
      include: { partition, num_partitions: PARTS },
      size: 65_000,
      min_doc_count: 2,
      execution_hint: "map",
    };
    const answer = await search.search(index, { size: 0, aggs: { ids: { terms } } });
    found += bucketsOf(answer, "ids").length;
  }
  return found;
}

export interface Bucket {
  readonly key: string;
  readonly doc_count: number;
  readonly [inner: string]: unknown;
}

/** Buckets of one aggregation of an answer, or of a bucket. */
export function bucketsOf(answer: unknown, name: string): readonly Bucket[] {
  const held = answer as { readonly aggregations?: Record<string, unknown> } & Record<string, unknown>;
  const aggregation = (held.aggregations ?? held)[name] as { readonly buckets?: readonly Bucket[] } | undefined;
  if (aggregation?.buckets === undefined) throw new Error(`the answer has no buckets ${name}`);
  return aggregation.buckets;
}
