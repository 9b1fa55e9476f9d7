import { expect, onTestFinished, test } from "vitest";
import { elasticsearchSections } from "../../bench/siem/elasticsearch.ts";
import { tallyOf } from "../../bench/siem/measure/tally.ts";
import { SHORT_STORY } from "../../bench/siem/story/segments.ts";
import { tellStory } from "../../bench/siem/story/tell.ts";
import { describeWith } from "../support/availability.ts";
import { privateElasticsearchForTests } from "../support/servers.ts";
import { tempDir } from "../support/temp-dir.ts";

// A server of its own: panels and rules ask all namespaces.
describeWith(await privateElasticsearchForTests(), "the short story in a real Elasticsearch", ({ start }) => {
  test("is there once, with the designed types, and every panel, rule and query finds what it should", async () => {
    const directory = tempDir();
    const told = await tellStory(SHORT_STORY, directory);
    const server = await start();
    onTestFinished(() => server.destroy());
    const sections = await elasticsearchSections(server, directory, { told, tally: await tallyOf(told) });
    const lines = sections.flatMap((section) => section.lines);
    expect(lines.length).toBeGreaterThan(80);
    // That each rule has something to find is demanded of the long story only.
    const wrong = lines.filter(({ met, expected, seen }) => !met && expected !== seen);
    expect(wrong).toEqual([]);
  });
});
