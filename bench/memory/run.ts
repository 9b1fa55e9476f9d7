import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../../src/lib/statistics.ts";
import { judgingOf } from "./judging.ts";
import { crowdedTable, tableOf } from "./tables.ts";
import { type Scene, SCANS_PER_DAY, type Watched, watchFor } from "./years.ts";

const WIDE: Scene = { name: "", hosts: 10_000, days: 16, scansPerProcess: SCANS_PER_DAY };
const LONG: Scene = { name: "", hosts: 200, days: 730, scansPerProcess: 7 * SCANS_PER_DAY };
const FEWEST_HOSTS = 200;
const FEWEST_DAYS = 28;
const CROWD = 50_000;
const ROUNDS = 3;

/** Both networks at the same time, each on a core of its own where there are two. */
async function main(args: readonly string[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "tripline-bench-memory-"));
  const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const scale = Number(option("scale") ?? 1);
  const scenes = { wide: named(fewerHosts(WIDE, scale)), long: named(fewerDays(LONG, scale)) };
  const only = option("only");
  const chosen = Object.entries(scenes).filter(([name]) => only === undefined || name === only);
  try {
    const parts = await Promise.all(chosen.map(([name, scene]) => measured(scene, join(directory, name))));
    const text = [...heading(args), ...parts.flat()].join("\n");
    console.log(text);
    if (args.includes("--write")) writeFileSync(join(import.meta.dirname, "../results/memory.md"), `${text}\n`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function fewerHosts(scene: Scene, scale: number): Scene {
  return { ...scene, hosts: Math.max(FEWEST_HOSTS, Math.round(scene.hosts * scale)) };
}

function fewerDays(scene: Scene, scale: number): Scene {
  return { ...scene, days: Math.max(FEWEST_DAYS, Math.round(scene.days * scale)) };
}

function named(scene: Scene): Scene {
  const { hosts, days } = scene;
  return { ...scene, name: `${hosts.toLocaleString("en")} hosts, ${days} days of ${SCANS_PER_DAY} scans` };
}

function heading(args: readonly string[]): readonly string[] {
  return [
    "# Memory and speed over time",
    "",
    `\`make bench-memory\`${args.length === 0 ? "" : ` with ${args.join(" ")}`}: the base world of the churn bench (seed 1) as nmap XML through \`tripline scan\`,`,
    'events taken away by a file; CPU and peak RSS of the process from the kernel. "All of it" is the start of the program, reading',
    "the XML, judging, committing and delivery. Judging is what is left without start, XML and delivery, on the day after.",
    `Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}; load average ${loadavg()[0]?.toFixed(1)}.`,
    "",
  ];
}

async function measured(scene: Scene, directory: string): Promise<readonly string[]> {
  const watched = await watchFor(scene, directory);
  const plain = await rounds(watched, 0);
  const full = await rounds(watched, CROWD);
  const crowd = { crowd: CROWD, without: meanOfMedians(plain), withThem: meanOfMedians(full) };
  const figures = { readings: watched.readings, judging: medians(plain) };
  return [...tableOf(scene, figures), "", ...crowdedTable(scene, crowd), ""];
}

async function rounds(watched: Watched, crowd: number): Promise<readonly (readonly number[])[]> {
  const all: (readonly number[])[] = [];
  for (let round = 0; round < ROUNDS; round++) all.push(await judgingOf(watched, crowd));
  return all;
}

/** Of each scan of the day over the rounds. */
function medians(all: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = all;
  return first.map((_, i) => median(all.map((one) => one[i] ?? 0)) ?? 0);
}

function meanOfMedians(all: readonly (readonly number[])[]): number {
  const each = medians(all);
  return each.reduce((sum, one) => sum + one, 0) / each.length;
}

await main(process.argv.slice(2));
