import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SHORT_STORY } from "../../../bench/siem/story/segments.ts";
import { tellStory, writeStory } from "../../../bench/siem/story/tell.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** An office with its own sensor and a shop of which files exist: both ways to scan. */
const TWO = SHORT_STORY.slice(1);

async function linesOf(directory: string): Promise<readonly string[]> {
  const file = join(directory, "events.ndjson");
  await writeStory(await tellStory(TWO, directory), file);
  return readFileSync(file, "utf8").trimEnd().split("\n");
}

describe("the seeded story", () => {
  it("is the same to the byte when it is told again", async () => {
    const [once, again] = [await linesOf(tempDir()), await linesOf(tempDir())];
    expect(again).toEqual(once);
    const actions = new Set(once.map((line) => (JSON.parse(line) as Told).event.action));
    for (const action of WANTED) expect(actions, action).toContain(action);
  });
});

interface Told {
  readonly event: { readonly action: string };
}

/** What the rules and panels are there for. */
const WANTED = [
  "anomaly-accepted",
  "baseline-reset",
  "host-observed",
  "missing-endpoint",
  "ports-opened",
  "scan-completed",
  "service-observed",
  "undeclared-port",
  "vantage-degraded",
  "version-downgraded",
];
