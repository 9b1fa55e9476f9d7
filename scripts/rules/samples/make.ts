import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Json } from "../../../bench/digest/canonical.ts";
import type { Series } from "../../../bench/digest/series/series.ts";
import { makeWorld } from "../../../bench/digest/world.ts";
import { jsonText } from "../../assets/json-text.ts";
import { equals, matches } from "../condition.ts";
import { type Sample, SAMPLES } from "./catalogue.ts";
import { STORIES } from "./stories.ts";

/** Everything that the program says of every story: recorded scans read by `tripline scan --from-xml`, and operators. */
export async function playStories(): Promise<ReadonlyMap<string, readonly Json[]>> {
  const played = new Map<string, readonly Json[]>();
  for (const story of STORIES) played.set(story.name, await eventsOf(story));
  return played;
}

async function eventsOf(story: Series): Promise<readonly Json[]> {
  const directory = mkdtempSync(path.join(tmpdir(), "tripline-samples-"));
  try {
    const world = makeWorld(directory, story);
    await story.play(world);
    return await world.events();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Path → text of every sample of the rules, taken from what was played. */
export function sampleFiles(played: ReadonlyMap<string, readonly Json[]>): ReadonlyMap<string, string> {
  const files = [...SAMPLES].map(([name, sample]): [string, string] => {
    return [sampleFile(name), jsonText(taken(name, sample, played.get(sample.story) ?? []))];
  });
  return new Map(files);
}

export function sampleFile(name: string): string {
  return `rules/samples/${name}.json`;
}

function taken(name: string, { story, is }: Sample, events: readonly Json[]): Json {
  const all = Object.entries(is).map(([field, value]) => equals(field, value));
  const found = events.find((event) => matches(event, { base: [], any: [{ all, none: [] }] }));
  if (found === undefined) throw new Error(`the story "${story}" has no event for the sample ${name}`);
  return found;
}
