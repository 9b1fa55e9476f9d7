import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Figures, figuresOf } from "./measure/figures.ts";
import type { Verdict } from "./measure/goals.ts";
import type { MonthRecord } from "./measure/record.ts";
import { debugOf, missed, tableOf } from "./measure/table.ts";
import type { MonthOptions } from "./month.ts";
import { createPool } from "./pool.ts";
import { productRecord } from "./rivals/product.ts";
import { rivalTable } from "./rivals/rivals.ts";
import { type Row, ROWS } from "./rows.ts";
import { summaryOf } from "./summary.ts";

/** `make bench-churn`: months of a seeded world through the whole program, and what an analyst would have read. */

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    row: { type: "string" },
    variant: { type: "string" },
    days: { type: "string" },
    hosts: { type: "string" },
    scans: { type: "string" },
    jobs: { type: "string", default: "2" },
    rivals: { type: "boolean", default: false },
    debug: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const RESULT = join(import.meta.dirname, "..", "results", "churn.md");

/** ndiff takes half a second for each pair of scans. */
const RIVAL_SEEDS = 2;

/** `5-14` or `1,3`. */
function seedsOf(text: string): readonly number[] {
  return text.split(",").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

function monthsOf(row: Row): readonly MonthOptions[] {
  const seeds = values.seeds === undefined ? row.seeds : seedsOf(values.seeds);
  const { variant, churn, how } = row;
  const hosts = Number(values.hosts ?? row.hosts);
  const days = Number(values.days ?? row.days);
  const scansPerDay = Number(values.scans ?? row.scansPerDay);
  return seeds.map((seed) => ({ seed, variant, hosts, days, scansPerDay, churn, how }));
}

/** `--row` and `--variant` choose among the rows; without them all are measured. */
function chosen(): readonly Row[] {
  const names = values.row?.split(",");
  const rows = ROWS.filter(
    ({ name, variant }) => (names?.includes(name) ?? true) && variant === (values.variant ?? variant),
  );
  const some = values.variant === undefined ? rows : rows.slice(0, 1);
  if (some.length === 0) throw new Error(`--row is one of ${ROWS.map(({ name }) => name).join(", ")}`);
  return some;
}

const pool = createPool(Number(values.jobs));

/** A row whose months are being measured. */
interface Started {
  readonly row: Row;
  readonly months: readonly MonthOptions[];
  readonly results: readonly ReturnType<typeof pool.month>[];
}

/** The longest months first, so that no process works alone at the end. */
function startAll(rows: readonly Row[]): readonly Started[] {
  const months = rows.flatMap((row) => monthsOf(row).map((month) => ({ row, month })));
  const cost = ({ hosts, days, scansPerDay }: MonthOptions) => hosts * days * scansPerDay;
  const results = months
    .toSorted((a, b) => cost(b.month) - cost(a.month))
    .map(({ row, month }) => ({ row, month, result: pool.month(month) }));
  return rows.map((row) => {
    const own = results.filter((one) => one.row === row).toSorted((a, b) => a.month.seed - b.month.seed);
    return { row, months: own.map(({ month }) => month), results: own.map(({ result }) => result) };
  });
}

/** What is measured so far. */
const tables: string[] = [];
const misses: (readonly [row: string, verdict: Verdict])[] = [];
let base: Figures | null = null;
let cpuSeconds = 0;

const command = `node bench/churn/run.ts ${process.argv.slice(2).join(" ")}`.trim();

/** Written after each table: a run that is broken off keeps what it has. */
function show(table: string): void {
  console.log(`${table}\n`);
  tables.push(table);
  if (!values.write) return;
  mkdirSync(join(RESULT, ".."), { recursive: true });
  writeFileSync(RESULT, `# Churn bench\n\nCommand: \`${command}\`\n\n${tables.join("\n\n")}\n`);
}

async function finish({ row, months, results }: Started): Promise<readonly MonthRecord[]> {
  const ended = await Promise.all(results);
  const failed = ended.flatMap((result) => (result.ok ? [] : [result.error]));
  if (failed.length > 0) process.exitCode = 1;
  const records = ended.flatMap((result) => (result.ok ? [result.value] : []));
  const heading = { title: titleOf(row, months), command: commandOf(row, months), goals: row.goals };
  if (values.debug) console.error(records.map(debugOf).join("\n"));
  const broken = failed.map((text) => `**Not measured: ${text}.**`);
  if (records.length === 0) show([`## ${heading.title}`, ...broken].join("\n\n"));
  else show([tableOf(heading, records, base), ...broken].join("\n\n"));
  note(row, records);
  return records;
}

function note({ name, goals }: Row, records: readonly MonthRecord[]): void {
  if (records.length === 0) return;
  const all = figuresOf(records);
  cpuSeconds += all.cpuSeconds;
  misses.push(...missed(goals, all, base).map((verdict) => [name, verdict] as const));
  if (name === "base") base = all;
}

function titleOf({ title }: Row, months: readonly MonthOptions[]): string {
  const [first] = months;
  const seeds = months.map(({ seed }) => seed).join(", ");
  return `${title}: ${first?.hosts} hosts, ${first?.days} days, ${first?.scansPerDay} scans a day, seeds ${seeds}`;
}

/** What measures this row alone. */
function commandOf({ name }: Row, months: readonly MonthOptions[]): string {
  const given = (["hosts", "days", "scans"] as const).flatMap((option) => {
    const value = values[option];
    return value === undefined ? [] : [`--${option}=${value}`];
  });
  const seeds = months.map(({ seed }) => seed).join(",");
  return ["node bench/churn/run.ts", `--row=${name}`, `--seeds=${seeds}`, ...given].join(" ");
}

async function showRivals(months: readonly MonthOptions[], records: readonly MonthRecord[]): Promise<void> {
  const results = await Promise.all(months.map(pool.rivals));
  const rivals = results.flatMap((result) => (result.ok ? result.value : []));
  const seeds = new Set(months.map(({ seed }) => seed));
  const own = records.filter(({ seed }) => seeds.has(seed)).map(productRecord);
  show(rivalTable([...rivals, ...own]));
}

const began = performance.now();
for (const started of startAll(chosen())) {
  const records = await finish(started);
  if (values.rivals && started.row.name === "base") await showRivals(started.months.slice(0, RIVAL_SEEDS), records);
}
show(summaryOf(misses, { cpuSeconds, wallSeconds: (performance.now() - began) / 1000, jobs: Number(values.jobs) }));
