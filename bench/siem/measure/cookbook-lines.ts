import { kqlQuery } from "../../../test/support/siem/kql-query.ts";
import type { Search } from "../servers/search.ts";
import { type CookbookQuery, cookbookQueries } from "./cookbook.ts";
import { bucketsOf } from "./documents.ts";
import { EQUIVALENTS, RIGHTLY_EMPTY } from "./equivalents.ts";
import { equal, type Line, some, told } from "./lines.ts";

const INDEX = "logs-tripline.*";

/** Every query of the cookbook finds something. Names and ids that are examples there are taken from the story. */
export async function cookbookLines(search: Search): Promise<readonly Line[]> {
  const real = await examples(search);
  const lines: Line[] = [];
  for (const query of cookbookQueries()) lines.push(await lineOf(search, query, real));
  return lines;
}

async function lineOf(search: Search, { title, language, text }: CookbookQuery, real: Examples): Promise<Line> {
  if (language === "kql") return some(title, await search.count(INDEX, kqlQuery(withReal(text, real))));
  const equivalent = EQUIVALENTS[title];
  if (equivalent === undefined) return { ...told(title, "nobody says what it means"), met: false };
  const { query, aggs, rows } = equivalent;
  const found = rows(await search.search(INDEX, { size: 0, query, aggs }));
  return RIGHTLY_EMPTY.includes(title) ? equal(title, 0, found) : some(title, found);
}

interface Examples {
  readonly scan: string;
  readonly anomaly: string;
  readonly host: string;
}

/** The scan, the anomaly and the host with the most events about anomalies. */
async function examples(search: Search): Promise<Examples> {
  const most = (field: string) => ({ terms: { field, size: 1 } });
  const aggs = { scan: most("tripline.scan.id"), anomaly: most("tripline.anomaly.id"), host: most("host.name") };
  const answer = await search.search("logs-tripline.anomaly-*", { size: 0, aggs });
  const first = (name: string) => bucketsOf(answer, name)[0]?.key ?? "";
  return { scan: first("scan"), anomaly: first("anomaly"), host: first("host") };
}

function withReal(text: string, { scan, anomaly, host }: Examples): string {
  return text
    .replaceAll(/(?<=scan\.id:)"[^"]+"/g, `"${scan}"`)
    .replaceAll(/(?<=anomaly\.id:)"[^"]+"/g, `"${anomaly}"`)
    .replaceAll(/(?<=host\.name:|hosts:)"[^"]+"/g, `"${host}"`);
}
