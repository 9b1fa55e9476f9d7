import { shippedBundle } from "../../../test/support/siem/bundle.ts";
import type { TimeRange } from "../../../test/support/siem/lens-aggregation.ts";
import { type ContentQuery, contentQueries, shownIn } from "../../../test/support/siem/panel-queries.ts";
import type { Search } from "../servers/search.ts";
import { bucketsOf } from "./documents.ts";
import { type Line, some, told } from "./lines.ts";

const OURS = "logs-tripline.*-*";
/** This dashboard is opened for one host. */
const OF_A_HOST = "tripline-host/";

/** Every panel and saved search of what is shipped for Kibana: the aggregation that its file asks for has something to show. */
export async function panelLines(search: Search, time: TimeRange): Promise<readonly Line[]> {
  const hosts = { terms: { "host.name": await busyHosts(search) } };
  const lines: Line[] = [];
  for (const query of contentQueries(shippedBundle())) {
    const body = query.body(time);
    const narrow = query.name.startsWith(OF_A_HOST) ? [hosts] : [];
    lines.push(await lineOf(search, query, { ...body, query: { bool: { filter: [body["query"], ...narrow] } } }));
  }
  return lines;
}

async function lineOf(search: Search, { name, title, index }: ContentQuery, body: object): Promise<Line> {
  const what = `${title} (\`${name}\`)`;
  if (index !== OURS) return told(what, "not asked: it needs events of somebody else");
  try {
    const shown = shownIn(await search.search(index, body));
    const why = EMPTY_IN_THE_STORY[name];
    return why === undefined ? some(what, shown) : told(what, `${shown}: ${why}`);
  } catch (error) {
    return { ...some(what, 0), seen: String(error).slice(0, 300) };
  }
}

/** What the story has nothing for, and why. */
const EMPTY_IN_THE_STORY: Readonly<Record<string, string>> = {
  "tripline-health/waiting": "nothing waits, as nothing is sent while the story is told",
  "tripline-health/outbox": "the same",
  "tripline-host/banners": "the recorded scans of the story were made without the script that reads banners",
};

/** Of each segment, the hosts with the most events about anomalies. */
async function busyHosts(search: Search): Promise<readonly string[]> {
  const aggs = {
    who: { terms: { field: "observer.name" }, aggs: { host: { terms: { field: "host.name", size: 5 } } } },
  };
  const answer = await search.search("logs-tripline.anomaly-*", { size: 0, aggs });
  return bucketsOf(answer, "who").flatMap((segment) => bucketsOf(segment, "host").map(({ key }) => key));
}
