import { median as medianOrNull } from "../../src/lib/statistics.ts";
import type { Reading, Scene } from "./years.ts";

/** What must hold: of the issue of memory and speed, stated in docs/operations/sizing.md. */
const MOST_RSS_MB = 600;
const MOST_DATABASE_MB = 1074;
const MOST_GROWTH = 0.05;
const MOST_CPU_S = 10;
const MOST_SLOWER = 0.1;
const GOALS = ["| goal | must be | is | |", "|---|---|---|---|"];

export interface Figures {
  readonly readings: readonly Reading[];
  /** CPU seconds of judging one scan, one per scan of a day. */
  readonly judging: readonly number[];
}

export function tableOf(scene: Scene, figures: Figures): readonly string[] {
  const quarters = [0, 1, 2, 3].map((q) => quarter(figures.readings, q)).filter((some) => some.length > 0);
  const rows = quarters.map((some, q) => {
    const last = some.at(-1);
    const [cpu, rss] = [cpuPerScan(some), Math.max(...some.map((one) => one.peakRssMb))];
    const state = `${last?.databaseMb.toFixed(1)} | ${last?.open} | ${last?.stored}`;
    return `| ${q + 1} | ${cpu.toFixed(2)} | ${rss.toFixed(0)} | ${state} |`;
  });
  return [
    `## ${scene.name}`,
    "",
    "| quarter | CPU s a scan, all of it | peak RSS MB | database MB | anomalies open | stored |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    ...GOALS,
    ...goalsOf(quarters, figures.judging),
  ];
}

/** The first scan of a day tells the whole inventory again: it costs most. */
function goalsOf(quarters: readonly (readonly Reading[])[], judging: readonly number[]): readonly string[] {
  const all = quarters.flat();
  const [before, last] = [quarters.at(-2) ?? [], quarters.at(-1) ?? []];
  const rss = Math.max(...all.map((one) => one.peakRssMb));
  const database = Math.max(...all.map((one) => one.databaseMb));
  const grown = (of: (one: Reading) => number) => median(last.map(of)) / median(before.map(of)) - 1;
  const [dearest, usual] = [Math.max(...judging), median(judging)];
  return [
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
    goal(
      "CPU of judging a scan, the dearest of a day (median)",
      [`≤ ${MOST_CPU_S} s`, `${dearest.toFixed(2)} s (${usual.toFixed(2)} s)`],
      dearest <= MOST_CPU_S,
    ),
  ];
}

/** Judging with and without many anomalies of the past. */
export function crowdedTable(
  scene: Scene,
  given: { readonly crowd: number; readonly without: number; readonly withThem: number },
): readonly string[] {
  const { crowd, without, withThem } = given;
  const slower = withThem / without - 1;
  return [
    `### ${crowd.toLocaleString("en")} anomalies of the past beside ${scene.hosts.toLocaleString("en")} hosts`,
    "",
    `CPU of judging a scan, mean of a day: ${without.toFixed(3)} s without them, ${withThem.toFixed(3)} s with them.`,
    "",
    ...GOALS,
    goal("slower", [`≤ ${MOST_SLOWER * 100} %`, `${(slower * 100).toFixed(1)} %`], slower <= MOST_SLOWER),
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
