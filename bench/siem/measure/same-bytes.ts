import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { OutboxRow } from "../../../src/domain/ports/sink.ts";
import type { Search } from "../servers/search.ts";
import type { Told } from "../story/tell.ts";

const PAGE = 500;

const hitsShape = z.looseObject({
  hits: z.looseObject({
    hits: z.array(z.looseObject({ _id: z.string(), _source: z.record(z.string(), z.unknown()) })),
  }),
});

/** How many documents are missing or are not what was sent, apart from `event.ingested`, which a server adds. */
export async function sameBytes(search: Search, index: string, told: readonly Told[]): Promise<number> {
  let different = 0;
  for (const { rows } of told) {
    let page: OutboxRow[] = [];
    for await (const row of rows()) {
      page.push(row);
      if (page.length < PAGE) continue;
      different += await differentIn(search, index, page);
      page = [];
    }
    if (page.length > 0) different += await differentIn(search, index, page);
  }
  return different;
}

async function differentIn(search: Search, index: string, rows: readonly OutboxRow[]): Promise<number> {
  const answer = await search.search(index, {
    size: rows.length,
    query: { ids: { values: rows.map(({ id }) => id) } },
  });
  const stored = new Map(hitsShape.parse(answer).hits.hits.map(({ _id, _source }) => [_id, _source]));
  return rows.filter(({ id, body }) => !isDeepStrictEqual(asSent(stored.get(id)), JSON.parse(body))).length;
}

function asSent(source: Readonly<Record<string, unknown>> | undefined): unknown {
  if (source === undefined) return undefined;
  const { ingested: _, ...event } = source["event"] as Readonly<Record<string, unknown>>;
  return { ...source, event };
}
