import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { median as medianOrNull } from "../../src/lib/statistics.ts";
import { addClosed } from "./crowd.ts";
import { costOfNextScan, type Reading, type Scene, watchFor } from "./years.ts";

const WIDE: Scene = { name: "10,000 hosts, 64 scans", hosts: 10_000, days: 16, scansPerProcess: 4 };
const LONG: Scene = { name: "200 hosts, two years", hosts: 200, days: 730, scansPerProcess: 28 };
const CROWD = 50_000;
const ROUNDS = 5;

/** What must hold: of the issue of memory and speed, stated in docs/operations. */
const MOST_RSS_MB = 600;
const MOST_DATABASE_MB = 1074;
const MOST_GROWTH = 0.05;
const MOST_CPU_S = 10;
const MOST_SLOWER = 0.1;

async function main(args: readonly string[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "tripline-bench-memory-"));
  const scale = Number(args.find((arg) => arg.startsWith("--scale="))?.slice("--scale=".length) ?? 1);
  try {
    const lines = [...heading(scale)];
    for (const scene of [WIDE, LONG].map((one) => smaller(one, scale))) {
      const place = join(directory, String(scene.hosts));
      const readings = await watchFor(scene, place);
      lines.push(...tableOf(scene, readings), "");
      if (scene.hosts === LONG.hosts) lines.push(...(await crowded(scene, place)), "");
    }
    console.log(lines.join("\n"));
    if (args.includes("--write")) {
      writeFileSync(join(import.meta.dirname, "../results/memory.md"), `${lines.join("\n")}\n`);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Fewer days, and of many hosts fewer hosts: for a first look. */
function smaller(scene: Scene, scale: number): Scene {
  if (scale === 1) return scene;
  const hosts = Math.max(200, Math.round(scene.hosts * scale));
  return { ...scene, hosts, days: Math.max(8, Math.round(scene.days * scale)), name: `${hosts} hosts, × ${scale}` };
}

function heading(scale: number): readonly string[] {
  return [
    "# Memory and speed over time",
    "",
    `\`make bench-memory\`: the base world of the churn bench (seed 1, 4 scans a day) as nmap XML through \`tripline scan\`,`,
    `events taken away by a file; CPU and peak RSS of the process from the kernel.${scale === 1 ? "" : ` Scale ${scale}.`}`,
    `Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}; load average ${loadavg()[0]?.toFixed(1)}.`,
    "",
  ];
}

function tableOf(scene: Scene, readings: readonly Reading[]): readonly string[] {
  const quarters = [0, 1, 2, 3].map((q) => quarter(readings, q)).filter((some) => some.length > 0);
  const rows = quarters.map((some, q) => {
    const last = some.at(-1);
    const [cpu, rss] = [cpuPerScan(some), Math.max(...some.map((one) => one.peakRssMb))];
    const state = `${last?.databaseMb.toFixed(1)} | ${last?.open} | ${last?.stored}`;
    return `| ${q + 1} | ${cpu.toFixed(2)} | ${rss.toFixed(0)} | ${state} |`;
  });
  return [
    `## ${scene.name}`,
    "",
    "| quarter | CPU s a scan, median | peak RSS MB | database MB | anomalies open | stored |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    ...goalsOf(quarters),
  ];
}

function goalsOf(quarters: readonly (readonly Reading[])[]): readonly string[] {
  const all = quarters.flat();
  const [before, last] = [quarters.at(-2) ?? [], quarters.at(-1) ?? []];
  const rss = Math.max(...all.map((one) => one.peakRssMb));
  const database = Math.max(...all.map((one) => one.databaseMb));
  const grown = (of: (one: Reading) => number) => median(last.map(of)) / median(before.map(of)) - 1;
  return [
    "| goal | must be | is | |",
    "|---|---|---|---|",
    goal("peak RSS", [`≤ ${MOST_RSS_MB} MB`, `${rss.toFixed(0)} MB`], rss <= MOST_RSS_MB),
    goal("database", ["≤ 1 GiB", `${database.toFixed(0)} MB`], database <= MOST_DATABASE_MB),
    growth(
      "growth of the database, last quarter beside the one before",
      grown((one) => one.databaseMb),
    ),
    growth(
      "growth of peak RSS",
      grown((one) => one.peakRssMb),
    ),
    growth(
      "growth of open anomalies",
      grown((one) => Math.max(1, one.open)),
    ),
    goal("CPU of a scan", [`≤ ${MOST_CPU_S} s`, `${cpuPerScan(all).toFixed(2)} s`], cpuPerScan(all) <= MOST_CPU_S),
  ];
}

function growth(name: string, is: number): string {
  return goal(name, [`≤ ${MOST_GROWTH * 100} %`, `${(is * 100).toFixed(1)} %`], is <= MOST_GROWTH);
}

function goal(name: string, [must, is]: readonly [must: string, is: string], met: boolean): string {
  return `| ${name} | ${must} | ${is} | ${met ? "met" : "NOT MET"} |`;
}

function median(values: readonly number[]): number {
  return medianOrNull(values) ?? 0;
}

function cpuPerScan(readings: readonly Reading[]): number {
  return median(readings.map((one) => one.cpuS / one.scans));
}

function quarter(readings: readonly Reading[], q: number): readonly Reading[] {
  const at = (part: number) => Math.round((readings.length * part) / 4);
  return readings.slice(at(q), at(q + 1));
}

/** The same scan on the same state, with and without many anomalies of the past. */
async function crowded(scene: Scene, place: string): Promise<readonly string[]> {
  const [plain, full] = [`${place}-plain`, `${place}-full`];
  cpSync(place, full, { recursive: true });
  addClosed(join(full, "state"), CROWD);
  cpSync(place, plain, { recursive: true });
  const cost = async (from: string) => {
    const costs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) costs.push(await costOfNextScan(scene, from, `${from}-${round}`));
    return median(costs);
  };
  const [without, withThem] = [await cost(plain), await cost(full)];
  const slower = withThem / without - 1;
  return [
    `## ${CROWD.toLocaleString("en")} anomalies of the past`,
    "",
    `CPU of the next scan, median of ${ROUNDS}: ${without.toFixed(2)} s without them, ${withThem.toFixed(2)} s with them.`,
    "",
    "| goal | must be | is | |",
    "|---|---|---|---|",
    goal("slower", [`≤ ${MOST_SLOWER * 100} %`, `${(slower * 100).toFixed(1)} %`], slower <= MOST_SLOWER),
  ];
}

await main(process.argv.slice(2));
