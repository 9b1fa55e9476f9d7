import { z } from "zod";
import { ask, type SearchAccess } from "../../../test/support/elasticsearch/access.ts";

/** What the measures ask a search server, Elasticsearch or OpenSearch. */
export interface Search {
  /** Documents that fit a query. */
  count(index: string, query: object): Promise<number>;
  /** The whole answer of `_search`; throws when a shard failed. */
  search(index: string, body: object): Promise<unknown>;
  get(path: string): Promise<unknown>;
}

const counted = z.looseObject({ count: z.number(), _shards: z.looseObject({ failed: z.literal(0) }) });
const searched = z.looseObject({ _shards: z.looseObject({ failed: z.literal(0) }) });

export function searchOf(server: SearchAccess): Search {
  const asked = async (path: Parameters<typeof ask>[1], body?: object): Promise<unknown> => {
    const answer = await ask(server, path, body);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    count: async (index, query) => counted.parse(await asked(`POST /${index}/_count`, { query })).count,
    search: async (index, body) => searched.parse(await asked(`POST /${index}/_search`, body)),
    get: (path) => asked(`GET /${path}`),
  };
}

/** Everything that was taken can be found from here on. */
export async function refresh(server: SearchAccess, index: string): Promise<void> {
  await ask(server, `POST /${index}/_refresh`);
}
