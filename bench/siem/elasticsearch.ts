import { mappings } from "../../scripts/assets/mappings.ts";
import { createElasticsearchSink } from "../../src/deliver/sinks/elasticsearch/sink.ts";
import type { ElasticsearchAccess } from "../../test/support/elasticsearch/access.ts";
import { cookbookLines } from "./measure/cookbook-lines.ts";
import { documentLines } from "./measure/documents.ts";
import { equal, type Line, type Section, told } from "./measure/lines.ts";
import { mappingLines } from "./measure/mapping.ts";
import { panelLines } from "./measure/panels.ts";
import { ruleLines } from "./measure/rules.ts";
import { type Sent, sendStory } from "./measure/send.ts";
import type { Tally } from "./measure/tally.ts";
import { refresh, searchOf } from "./servers/search.ts";
import { runSetup, setupConfiguration } from "./servers/setup.ts";
import type { Told } from "./story/tell.ts";

const INDEX = "logs-tripline.*";

/** The story in an Elasticsearch that was empty: set up by the command, sent twice by the output, asked by every panel and rule. */
export async function elasticsearchSections(
  server: ElasticsearchAccess,
  directory: string,
  { told: story, tally }: { readonly told: readonly Told[]; readonly tally: Tally },
): Promise<readonly Section[]> {
  const setup = await setupLines(setupConfiguration(directory, server));
  const { url, username, password } = server;
  const sink = createElasticsearchSink({ url, auth: { username, password }, ca: null, insecureSkipVerify: false });
  const [first, again] = [await sendStory(story, sink), await sendStory(story, sink)];
  await sink.close(1000);
  await refresh(server, INDEX);
  const search = searchOf(server);
  const documents = [...sentLines(tally, first, again), ...(await documentLines(search, tally))];
  return [
    { title: "Set-up", about: "`tripline setup elasticsearch`, three times.", lines: setup },
    { title: "Documents", about: "Everything is sent by the output of the program, and then again.", lines: documents },
    {
      title: "Field types",
      about: "Mappings of the backing indices beside those that set-up installs.",
      lines: await mappingLines(search, INDEX, mappings("core")),
    },
    {
      title: "Panels and saved searches",
      about: "What `config/kibana` asks, over the whole story; seen: rows, points or values.",
      lines: await panelLines(search, tally.time),
    },
    { title: "Query cookbook", about: COOKBOOK, lines: await cookbookLines(search) },
    { title: "Rules", about: RULES, lines: await ruleLines(search, story) },
  ];
}

const COOKBOOK = "Queries of `docs/siem/queries.md`; seen: hits of KQL, rows of the aggregation that stands for ES|QL.";

const RULES =
  "Expected: what the source of a rule finds in the events. Seen: what its shipped query finds on the server; of rules that " +
  "count, how many hosts or sensors they name. ES|QL is not on this server: those rules are asked as an aggregation.";

async function setupLines(configuration: string): Promise<readonly Line[]> {
  const install = await runSetup(configuration, "elasticsearch");
  const again = await runSetup(configuration, "elasticsearch");
  const dry = await runSetup(configuration, "elasticsearch", "--dry-run");
  return [
    told("assets installed", String(statesIn(install, "created"))),
    equal("assets that a second set-up changed", 0, statesIn(again, "created") + statesIn(again, "updated")),
    equal(
      "assets that a dry run after it would change",
      0,
      statesIn(dry, "would create") + statesIn(dry, "would update"),
    ),
  ];
}

function statesIn(output: string, state: string): number {
  return output.split("\n").filter((line) => line.trimEnd().endsWith(` ${state}`)).length;
}

function sentLines({ documents }: Tally, first: Sent, again: Sent): readonly Line[] {
  return [
    equal("taken when sent", documents, first.delivered - first.present),
    equal("rejected", 0, first.rejected + again.rejected),
    ...first.reasons.map((reason) => told("why", reason)),
    equal("there already when sent again", documents, again.present),
    told("bytes per event", String(Math.round(first.bytes / documents))),
  ];
}
