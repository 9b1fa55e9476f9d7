import { expect, test } from "vitest";
import { tallyOf } from "../../bench/siem/measure/tally.ts";
import { missed } from "../../bench/siem/measure/lines.ts";
import { openSearchSection } from "../../bench/siem/opensearch.ts";
import { SHORT_STORY } from "../../bench/siem/story/segments.ts";
import { tellStory } from "../../bench/siem/story/tell.ts";
import { type Available, describeWith, orFailWhereRequired } from "../support/availability.ts";
import { freshNamespace, freshTopicPrefix } from "../support/fresh-names.ts";
import { type PythonTools, pythonTools } from "../support/python.ts";
import { kafkaForTests, openSearchForTests } from "../support/servers.ts";
import { tempDir } from "../support/temp-dir.ts";

interface Needed extends PythonTools {
  readonly url: string;
  readonly authorization: string;
  readonly brokers: readonly string[];
}

/** All three, or the first that is missing. */
async function needed(): Promise<Available<Needed>> {
  const server = await openSearchForTests();
  if (!server.ok) return server;
  const kafka = await kafkaForTests();
  if (!kafka.ok) return kafka;
  const tools = orFailWhereRequired(await pythonTools("kafka"));
  return tools.ok ? { ...server, ...kafka, ...tools } : tools;
}

describeWith(await needed(), "OpenSearch behind Kafka and the documented consumer", (found) => {
  test("has every event once, as it was sent, with the types of its own templates", async () => {
    const directory = tempDir();
    const namespace = `namespace: ${freshNamespace()}\n`;
    // The shop: recorded scans, and little of everything.
    const segments = SHORT_STORY.slice(2).map((one) => ({ ...one, configuration: one.configuration + namespace }));
    const told = await tellStory(segments, directory);
    const tally = await tallyOf(told);
    const { url, authorization, brokers, python } = found;
    const place = { server: { url, authorization }, brokers, python, prefix: freshTopicPrefix(), directory };
    const section = await openSearchSection(place, { told, tally });
    expect(missed([section])).toEqual([]);
    expect(tally.documents).toBeGreaterThan(300);
  });
});
