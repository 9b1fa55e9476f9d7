import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { writeRecorded } from "../churn/simulate/recorded.ts";
import { worldTargets } from "../churn/simulate/live.ts";
import type { World, WorldScan } from "../churn/types.ts";
import { makeWorld } from "../churn/world/make-world.ts";
import { programCost } from "../xml/program.ts";

/** A network and for how long it is watched. */
export interface Scene {
  readonly name: string;
  readonly hosts: number;
  readonly days: number;
  /** Scans that one process takes in; memory that it keeps from one to the next shows. */
  readonly scansPerProcess: number;
}

/** What one process cost, and what it left. */
export interface Reading {
  readonly scans: number;
  readonly cpuS: number;
  readonly peakRssMb: number;
  readonly databaseMb: number;
  /** Anomalies that are open afterwards, and all that are stored. */
  readonly open: number;
  readonly stored: number;
}

/** What {@link watchFor} leaves: the place, and the files of the day after. */
export interface Watched {
  readonly place: Place;
  readonly readings: readonly Reading[];
  readonly next: readonly string[];
}

/** Where the program works. */
export interface Place {
  readonly directory: string;
  readonly config: string;
  readonly state: string;
  readonly addresses: number;
}

export const SCANS_PER_DAY = 4;
// Exit codes of `scan` that are results: done, incomplete, something notable.
const RESULTS: ReadonlySet<number> = new Set([0, 3, 10]);

/** Every scan of the world through the program itself, whose events are taken away by a file. */
export async function watchFor(scene: Scene, directory: string): Promise<Watched> {
  const { hosts, days } = scene;
  const options = { seed: 1, hosts, days: days + 1, scansPerDay: SCANS_PER_DAY, variant: "base" } as const;
  const world = makeWorld({ ...options, churn: "stated" });
  const place = await installed(world, directory);
  const of = worldFiles(world, place);
  const readings: Reading[] = [];
  let files = of(scene.scansPerProcess);
  for (let left = days * SCANS_PER_DAY; left > 0; ) {
    const running = takeIn(place, files);
    left -= files.length;
    // Made while the program takes in the ones before.
    files = of(left > 0 ? Math.min(left, scene.scansPerProcess) : SCANS_PER_DAY);
    readings.push(await running);
    console.error(`${scene.name}: ${days * SCANS_PER_DAY - left} scans`, JSON.stringify(readings.at(-1)));
  }
  return { place, readings, next: files };
}

/** Makes the files of so many more scans. */
function worldFiles(world: World, { directory, addresses }: Place): (count: number) => readonly string[] {
  const scans: Iterator<WorldScan> = world.scans()[Symbol.iterator]();
  return (count) =>
    Array.from({ length: count }, () => {
      const { done, value: scan } = scans.next();
      if (done === true) throw new Error("the world has no more scans");
      const file = join(directory, `scan-${String(scan.n).padStart(5, "0")}.xml`);
      writeRecorded(file, world, { scan, addresses });
      return file;
    });
}

async function installed(world: World, directory: string): Promise<Place> {
  mkdirSync(directory, { recursive: true });
  const config = join(directory, "tripline.yaml");
  const outputs = `outputs: { file: { path: ${JSON.stringify(join(directory, "events.ndjson"))} } }\n`;
  const targets = `segment: ${world.segment}\ntargets: ${JSON.stringify(world.targets)}\nports: [${world.tcp}]\n`;
  writeFileSync(config, targets + outputs);
  const { addresses } = await worldTargets(world);
  return { directory, config, state: join(directory, "state"), addresses: addresses.length };
}

async function takeIn({ config, state, directory }: Place, files: readonly string[]): Promise<Reading> {
  const options = ["-q", "-c", config, "--state", state, "--emit"];
  const cost = await programCost(["scan", ...options, "--from-xml", ...files], RESULTS);
  for (const file of [...files, join(directory, "events.ndjson")]) rmSync(file, { force: true });
  return { scans: files.length, ...cost, ...stored(state) };
}

function stored(state: string): Pick<Reading, "databaseMb" | "open" | "stored"> {
  const names = readdirSync(state).filter((name) => name.startsWith("tripline.db"));
  const bytes = names.reduce((sum, name) => sum + statSync(join(state, name)).size, 0);
  const database = new DatabaseSync(join(state, "tripline.db"), { readOnly: true });
  try {
    const count = (where: string) =>
      Number(database.prepare(`SELECT count(*) AS n FROM anomaly ${where}`).get()?.["n"] ?? 0);
    return { databaseMb: bytes / 1e6, open: count("WHERE state IN ('open', 'muted')"), stored: count("") };
  } finally {
    database.close();
  }
}
