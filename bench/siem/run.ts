import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingText } from "../../test/support/availability.ts";
import { startElasticsearch } from "../../test/support/elasticsearch/server.ts";
import { startBroker } from "../../test/support/kafka/broker.ts";
import { type OpenSearchServer, startOpenSearch } from "../../test/support/opensearch/server.ts";
import { pythonTools } from "../../test/support/python.ts";
import { elasticsearchSections } from "./elasticsearch.ts";
import { markdown, missed, type Section } from "./measure/lines.ts";
import { type Tally, tallyOf } from "./measure/tally.ts";
import { openSearchSection } from "./opensearch.ts";
import { SHORT_STORY, STORY, type StorySegment } from "./story/segments.ts";
import { type Told, tellStory, writeStory } from "./story/tell.ts";

/**
 * `make bench-siem`: two weeks of four segments, told by the whole program, in real servers. Ends with 1 when something was
 * not as expected. `--short` takes a tenth of the hosts, `--ndjson=FILE` keeps the events, `--write` the table.
 */

const args = process.argv.slice(2);
const ndjson = args.find((word) => word.startsWith("--ndjson="))?.slice("--ndjson=".length);
const segments = args.includes("--short") ? SHORT_STORY : STORY;
const directory = mkdtempSync(join(tmpdir(), "tripline-siem-"));

try {
  const told = await tellStory(segments, directory);
  if (ndjson !== undefined) await writeStory(told, ndjson);
  const tally = await tallyOf(told);
  const sections = [...(await inElasticsearch({ told, tally })), await inOpenSearch({ told, tally })];
  print(report(tally, sections), missed(sections));
} finally {
  rmSync(directory, { recursive: true, force: true });
}

interface Story {
  readonly told: readonly Told[];
  readonly tally: Tally;
}

async function inElasticsearch(story: Story): Promise<readonly Section[]> {
  const server = await startElasticsearch();
  try {
    return await elasticsearchSections(server, directory, story);
  } finally {
    await server.destroy();
  }
}

async function inOpenSearch(story: Story): Promise<Section> {
  const tools = await pythonTools("kafka");
  if (!tools.ok) throw new Error(missingText(tools));
  const broker = await startBroker();
  try {
    return await besideKafka(await startOpenSearch(), { brokers: broker.brokers, python: tools.python, story });
  } finally {
    await broker.destroy();
  }
}

interface Beside {
  readonly brokers: readonly string[];
  readonly python: string;
  readonly story: Story;
}

async function besideKafka(server: OpenSearchServer, { story, ...kafka }: Beside): Promise<Section> {
  try {
    return await openSearchSection({ server, ...kafka, prefix: "tripline", directory }, story);
  } finally {
    await server.destroy();
  }
}

function report({ documents, alerts, time }: Tally, sections: readonly Section[]): string {
  return [
    "# The story in real servers",
    "",
    `\`make bench-siem\`: ${segments.map(inWords).join("; ")}.`,
    `${documents} events, ${alerts} of them alerts, from ${time.from} to ${time.to}. Node.js ${process.version}.`,
    "",
    ...sections.flatMap((section) => [markdown(section), ""]),
  ].join("\n");
}

function inWords({ name, hosts, how, declared, silentFrom }: StorySegment): string {
  const more = [...(declared ? ["declared"] : []), ...(silentFrom === null ? [] : [`silent from day ${silentFrom}`])];
  return [`${name} (${hosts} hosts`, how, ...more].join(", ").concat(")");
}

function print(text: string, missing: readonly string[]): void {
  const summary = missing.length === 0 ? "Everything is as expected." : `Not as expected: ${missing.join("; ")}.`;
  const whole = `${text}${summary}\n`;
  console.log(whole);
  if (args.includes("--write")) writeFileSync(join(import.meta.dirname, "../results/siem.md"), whole);
  if (missing.length > 0) process.exitCode = 1;
}
