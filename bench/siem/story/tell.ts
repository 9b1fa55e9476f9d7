import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createMoment } from "../../churn/simulate/moment.ts";
import { type BenchSite, benchSite } from "../../churn/simulate/site.ts";
import { watcherOf } from "../../churn/watch.ts";
import type { OutboxRow } from "../../../src/domain/ports/sink.ts";
import type { Act } from "./acts.ts";
import { inventoryOf } from "./inventory.ts";
import type { StorySegment } from "./segments.ts";
import { scanOfDay, serversOf, type StoryWorld, storyWorld } from "./world.ts";

/** A segment whose two weeks are over: its state is in a directory of its own. */
export interface Told {
  readonly segment: StorySegment;
  /** Every event in the order of the outbox, as a sink is given it. */
  readonly rows: () => AsyncGenerator<OutboxRow>;
}

const FIRST_SEED = 50;

/** Plays every segment of a story, one after the other, below a directory. The same seed gives the same bytes. */
export async function tellStory(
  segments: readonly StorySegment[],
  directory: string,
  seed = FIRST_SEED,
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const [i, segment] of segments.entries()) told.push(await tellSegment(segment, directory, seed + i));
  return told;
}

async function tellSegment(segment: StorySegment, directory: string, seed: number): Promise<Told> {
  const own = join(directory, segment.name);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const world = storyWorld(segment, seed);
  if (segment.declared) writeFileSync(join(own, "inventory.csv"), inventoryOf(world.founders));
  const moment = createMoment();
  const configuration = configurationOf(segment, world);
  const site = benchSite(world, moment, { directory: own, configuration, observations: true });
  const watcher = await watcherOf(segment.how, world, { site, moment });
  try {
    for (const scan of world.scans()) {
      moment.begin(scan);
      await watcher.cycle(scan);
      moment.finish();
      for (const { does } of actsAfter(segment.acts, scan.n))
        await watcher.atDesk(async (desk) => void (await does(desk)));
    }
  } finally {
    watcher.close();
  }
  return { segment, rows: () => rowsOf(site) };
}

function actsAfter(acts: readonly Act[], n: number): readonly Act[] {
  return acts.filter(({ day }) => scanOfDay(day) === n);
}

function configurationOf({ configuration, crownJewels, declared }: StorySegment, world: StoryWorld): string {
  const jewels = serversOf(world.founders).slice(0, crownJewels);
  const tags = jewels.map(({ address }) => `  - { match: ${address}, tags: [crown-jewel] }\n`);
  return [
    configuration,
    tags.length === 0 ? "" : `tags:\n${tags.join("")}`,
    declared ? `declared: [{ inventory: inventory.csv, complete_for: ${JSON.stringify(world.targets)} }]\n` : "",
  ].join("");
}

const PAGE = { maxRows: 1000, maxBytes: 16 * 1024 ** 2 };

async function* rowsOf({ runtime, stateDirectory }: BenchSite): AsyncGenerator<OutboxRow> {
  const opened = runtime.openState(stateDirectory, "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const { outbox } = opened.value;
  try {
    for (let rows = await outbox.readAfter(0, PAGE); rows.length > 0; ) {
      yield* rows;
      rows = await outbox.readAfter(rows.at(-1)?.seq ?? Infinity, PAGE);
    }
  } finally {
    opened.value.close();
  }
}

/** Every event of a story, read. */
export async function* documentsOf(told: readonly Told[]): AsyncGenerator<unknown> {
  for (const { rows } of told) for await (const { body } of rows()) yield JSON.parse(body);
}

/** Everything as newline-delimited JSON, as the file output writes it. */
export async function writeStory(told: readonly Told[], file: string): Promise<void> {
  await pipeline(linesOf(told), createWriteStream(file));
}

async function* linesOf(told: readonly Told[]): AsyncGenerator<string> {
  for (const { rows } of told) for await (const { body } of rows()) yield `${body}\n`;
}
