import { z } from "zod";
import { ask, type SearchAccess } from "./access.ts";

export interface StoredDocument {
  readonly id: string;
  /** The backing index of the data stream, which changes at a rollover. */
  readonly index: string;
  readonly source: Readonly<Record<string, unknown>>;
}

const PAGE = 10_000;

const answerShape = z.object({
  hits: z.object({
    hits: z.array(z.object({ _id: z.string(), _index: z.string(), _source: z.record(z.string(), z.unknown()) })),
  }),
});

/** Every document (up to 10,000) of a data stream or index pattern, by `@timestamp`; none when it does not exist yet. */
export async function searchStream(server: SearchAccess, index: string): Promise<StoredDocument[]> {
  const quiet = "ignore_unavailable=true&allow_no_indices=true";
  // What was acknowledged becomes visible to a search only after a refresh.
  await ask(server, `POST /${index}/_refresh?${quiet}`);
  const query = { size: PAGE, sort: [{ "@timestamp": { order: "asc", unmapped_type: "date" } }] };
  const answer = await ask(server, `POST /${index}/_search?${quiet}`, query);
  if (answer.status !== 200)
    throw new Error(`search in ${index} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  const { hits } = answerShape.parse(answer.body).hits;
  return hits.map(({ _id, _index, _source }) => ({ id: _id, index: _index, source: _source }));
}
