import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMoment } from "../churn/simulate/moment.ts";
import { benchSite } from "../churn/simulate/site.ts";
import { watcherOf } from "../churn/watch.ts";
import { makeWorld } from "../churn/world/make-world.ts";
import { added, type Count, NONE, type Tally, total } from "./tally.ts";

/**
 * `make bench-volume`: what a month of a seeded network sends, when every service is reported again each day, as it once
 * was, and when its host is. Counts and bytes depend on the seed alone, not on the machine.
 */

const HOSTS = numberOf("hosts", 100);
const SEED = 3;
const SCANS_PER_DAY = 4;
/** The first days report everything once; then a month, so that what is reported monthly is in it once. */
const [FIRST_DAY, LAST_DAY] = [2, 32];

interface Row {
  readonly title: string;
  readonly configuration: string;
}

const ROWS: readonly [before: Row, after: Row] = [
  { title: "each service daily", configuration: "observations: { refresh: 24h, refresh_services: 24h }\n" },
  { title: "each host daily", configuration: "" },
];

interface Month {
  readonly start: Tally;
  readonly month: Tally;
}

async function monthOf({ configuration }: Row): Promise<Month> {
  const options = { seed: SEED, hosts: HOSTS, days: LAST_DAY, scansPerDay: SCANS_PER_DAY } as const;
  const world = makeWorld({ ...options, variant: "base", churn: "stated" });
  const directory = mkdtempSync(join(tmpdir(), "tripline-volume-"));
  const moment = createMoment();
  let [start, month]: [Tally, Tally] = [new Map(), new Map()];
  const site = benchSite(world, moment, { directory, configuration, observations: true });
  const watcher = await watcherOf("live", world, { site, moment });
  try {
    for (const scan of world.scans()) {
      moment.begin(scan);
      await watcher.cycle(scan);
      if (scan.n < FIRST_DAY * SCANS_PER_DAY) start = added(start, site.events());
      else month = added(month, site.events());
    }
  } finally {
    watcher.close();
    rmSync(directory, { recursive: true, force: true });
  }
  return { start, month };
}

function report(before: Month, after: Month): string {
  const sorts = [...new Set([...before.month.keys(), ...after.month.keys()])].toSorted();
  const line = (title: string, a: Count, b: Count) => `| ${title} | ${cells(a)} | ${cells(b)} |`;
  const [first, a, b] = [total(after.start), total(before.month), total(after.month)];
  return [
    "# How much the events are",
    "",
    `\`make bench-volume\`: ${HOSTS} hosts (seed ${SEED}), ${SCANS_PER_DAY} scans a day through the whole program, days ${FIRST_DAY} to ${LAST_DAY};`,
    "the figures are per day and 1,000 hosts. What is reported does not depend on how often is scanned, scan events apart.",
    "",
    `| events | ${ROWS.map(({ title }) => `${title}: a day | bytes each | MB a day`).join(" | ")} |`,
    `|---|${"---|".repeat(6)}`,
    ...sorts.map((sort) => line(sort, before.month.get(sort) ?? NONE, after.month.get(sort) ?? NONE)),
    line("**all**", a, b),
    "",
    `**${(a.bytes / b.bytes).toFixed(1)} times less**, ${(a.events / b.events).toFixed(1)} times fewer events.`,
    `The first ${FIRST_DAY} days report everything once: ${perThousand(first.events).toFixed(0)} events, ${megabytes(perThousand(first.bytes))} MB for 1,000 hosts.`,
    "",
    "The left side is today's program with `observations.refresh_services: 24h`.",
  ].join("\n");
}

function cells({ events, bytes }: Count): string {
  const days = LAST_DAY - FIRST_DAY;
  const each = events === 0 ? "" : Math.round(bytes / events).toLocaleString("en");
  const perDay = (n: number) => perThousand(n) / days;
  return `${Math.round(perDay(events)).toLocaleString("en")} | ${each} | ${megabytes(perDay(bytes))}`;
}

function perThousand(n: number): number {
  return (n * 1000) / HOSTS;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}

function numberOf(option: string, usual: number): number {
  const given = process.argv.find((word) => word.startsWith(`--${option}=`));
  return given === undefined ? usual : Number(given.slice(option.length + 3));
}

const [before, after] = [await monthOf(ROWS[0]), await monthOf(ROWS[1])];
const text = report(before, after);
console.log(text);
if (process.argv.includes("--write")) writeFileSync(join(import.meta.dirname, "../results/volume.md"), `${text}\n`);
