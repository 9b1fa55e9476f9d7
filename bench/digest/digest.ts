import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256Hex } from "../../src/lib/hash.ts";
import { canonical, type Json } from "./canonical.ts";
import type { Played } from "./compare.ts";
import { DECLARED } from "./series/declared.ts";
import { FIELDS } from "./series/fields.ts";
import { HOSTS } from "./series/hosts.ts";
import { LIFE } from "./series/life.ts";
import { NOISE } from "./series/noise.ts";
import { PORTS } from "./series/ports.ts";
import type { Series } from "./series/series.ts";
import { makeWorld } from "./world.ts";

/** Every story by subject, in the order in which the digest takes them. */
export const SUBJECTS: Readonly<Record<string, readonly Series[]>> = {
  noise: NOISE,
  ports: PORTS,
  fields: FIELDS,
  hosts: HOSTS,
  declared: DECLARED,
  life: LIFE,
};
export const ALL_SERIES: readonly Series[] = Object.values(SUBJECTS).flat();

/** Where the expected digest is kept. */
export const EXPECTED = new URL("../../test/fixtures/events/digest.json", import.meta.url);

export function expectedDigest(): EventsDigest {
  return JSON.parse(readFileSync(EXPECTED, "utf8")) as EventsDigest;
}

/** What is expected of a version: small enough to be kept beside the tests. */
export interface EventsDigest {
  /** SHA-256 over the digests of all series. */
  readonly digest: string;
  readonly events: number;
  /** How many events there are of each `event.action`. */
  readonly actions: Readonly<Record<string, number>>;
  /** SHA-256 over the canonical events of each series, in the order of the outbox. */
  readonly series: Readonly<Record<string, string>>;
}

/** The canonical events of one series, played in a directory of its own. */
export async function eventsOf(series: Series): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), "tripline-digest-"));
  try {
    const world = makeWorld(directory, series);
    await series.play(world);
    return (await world.events()).map(canonical);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function digestOf(played: Played): EventsDigest {
  const series = Object.entries(played).map(([name, events]) => [name, sha256Hex(events.join("\n"))] as const);
  const actions: Record<string, number> = {};
  for (const event of Object.values(played).flat()) {
    const action = actionOf(JSON.parse(event) as Json);
    actions[action] = (actions[action] ?? 0) + 1;
  }
  return {
    digest: overall(Object.fromEntries(series)),
    events: Object.values(actions).reduce((sum, n) => sum + n, 0),
    actions: Object.fromEntries(Object.entries(actions).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    series: Object.fromEntries(series),
  };
}

/** SHA-256 over the digests and names of the series. */
export function overall(series: EventsDigest["series"]): string {
  const lines = Object.entries(series).map(([name, digest]) => `${digest} ${name}`);
  return sha256Hex(lines.join("\n"));
}

function actionOf(event: Json): string {
  return (event as { readonly event: { readonly action: string } }).event.action;
}
