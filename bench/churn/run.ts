import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { debugOf, tableOf } from "./measure/table.ts";
import type { MonthOptions } from "./month.ts";
import { measureAll } from "./pool.ts";
import { rivalTable } from "./rivals/table.ts";
import { type Row, ROWS } from "./rows.ts";

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
  const rows = ROWS.filter(
    (row) => row.name === (values.row ?? row.name) && row.variant === (values.variant ?? row.variant),
  );
  const some = values.variant === undefined ? rows : rows.slice(0, 1);
  if (some.length === 0) throw new Error(`--row is one of ${ROWS.map(({ name }) => name).join(", ")}`);
  return some;
}

async function measureRow(row: Row): Promise<string> {
  const months = monthsOf(row);
  const records = await measureAll(months, Number(values.jobs));
  const seeds = months.map(({ seed }) => seed).join(", ");
  const [first] = months;
  const title = `${row.title}: ${first?.hosts} hosts, ${first?.days} days, ${first?.scansPerDay} scans a day, seeds ${seeds}`;
  if (values.debug) console.error(records.map(debugOf).join("\n"));
  return tableOf(title, records);
}

const command = `node bench/churn/run.ts ${process.argv.slice(2).join(" ")}`.trim();
const tables: string[] = [];
function show(table: string): void {
  console.log(`${table}\n`);
  tables.push(table);
}

for (const row of chosen()) {
  show(await measureRow(row));
  if (values.rivals && row.name === "base") show(await rivalTable(monthsOf(row).slice(0, RIVAL_SEEDS)));
}
if (values.write) {
  mkdirSync(join(RESULT, ".."), { recursive: true });
  writeFileSync(RESULT, `# Churn bench\n\nCommand: \`${command}\`\n\n${tables.join("\n\n")}\n`);
}
