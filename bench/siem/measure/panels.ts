import { contentQueries, shownIn } from "../../../test/support/siem/panel-queries.ts";
import { shippedBundle } from "../../../test/support/siem/bundle.ts";
import type { TimeRange } from "../../../test/support/siem/lens-aggregation.ts";
import type { Search } from "../servers/search.ts";
import { type Line, some, told } from "./lines.ts";

const OURS = "logs-tripline.*-*";

/** Every panel and saved search of what is shipped for Kibana: the aggregation that its file asks for has something to show. */
export async function panelLines(search: Search, time: TimeRange): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const query of contentQueries(shippedBundle())) {
    const what = `${query.title} (\`${query.name}\`)`;
    const why = query.index === OURS ? EMPTY_IN_THE_STORY[query.name] : "needs events of somebody else";
    const shown = query.index === OURS ? shownIn(await search.search(query.index, query.body(time))) : 0;
    lines.push(why === undefined ? some(what, shown) : told(what, `${shown}: ${why}`));
  }
  return lines;
}

/** What the story has nothing for, and why. */
const EMPTY_IN_THE_STORY: Readonly<Record<string, string>> = {
  "tripline-health/waiting": "nothing waits, as nothing is sent while the story is told",
};
