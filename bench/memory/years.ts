import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
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

const SCANS_PER_DAY = 4;
// Exit codes of `scan` that are results: done, incomplete, something notable.
const RESULTS: ReadonlySet<number> = new Set([0, 3, 10]);

/** Every scan of the world through the program itself, whose events are taken away by a file. */
export async function watchFor(scene: Scene, directory: string): Promise<readonly Reading[]> {
  const world = worldOf(scene);
  const place = await installed(world, directory);
  const readings: Reading[] = [];
  for (const batch of batches(world.scans(), scene.scansPerProcess)) {
    readings.push(await takeIn(world, place, batch));
    console.error(`${scene.name}: ${readings.length * scene.scansPerProcess} scans`, readings.at(-1));
  }
  return readings;
}

/** CPU seconds of one more scan on a copy of what {@link watchFor} left in `from`. */
export async function costOfNextScan(scene: Scene, from: string, copy: string): Promise<number> {
  const world = worldOf({ ...scene, days: scene.days + 1 });
  const place = await installed(world, copy);
  cpSync(join(from, "state"), place.state, { recursive: true });
  const next = [...world.scans()].slice(scene.days * SCANS_PER_DAY, scene.days * SCANS_PER_DAY + 1);
  const { cpuS } = await takeIn(world, place, next);
  rmSync(copy, { recursive: true, force: true });
  return cpuS;
}

function worldOf({ hosts, days }: Scene): World {
  return makeWorld({ seed: 1, hosts, days, scansPerDay: SCANS_PER_DAY, variant: "base", churn: "stated" });
}

/** Where the program works. */
export interface Place {
  readonly directory: string;
  readonly config: string;
  readonly state: string;
  readonly addresses: number;
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

async function takeIn(world: World, place: Place, scans: readonly WorldScan[]): Promise<Reading> {
  const files = scans.map((scan) => join(place.directory, `scan-${String(scan.n).padStart(5, "0")}.xml`));
  for (const [i, scan] of scans.entries()) {
    writeRecorded(files[i] ?? "", world, { scan, addresses: place.addresses });
  }
  const { config, state } = place;
  const cost = await programCost(
    ["scan", "-q", "-c", config, "--state", state, "--emit", "--from-xml", ...files],
    RESULTS,
  );
  for (const file of [...files, join(place.directory, "events.ndjson")]) rmSync(file, { force: true });
  return { scans: scans.length, ...cost, ...stored(state) };
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

function* batches<T>(all: Iterable<T>, size: number): Iterable<readonly T[]> {
  let batch: T[] = [];
  for (const one of all) {
    batch.push(one);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
