import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { debugOf, tableOf } from "./measure/table.ts";
import type { MonthOptions } from "./month.ts";
import { measureAll } from "./pool.ts";
import { type Row, ROWS } from "./rows.ts";

/** `make bench-churn`: months of a seeded world through the whole program, and what an analyst would have read. */

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    variant: { type: "string" },
    days: { type: "string" },
    hosts: { type: "string" },
    scans: { type: "string" },
    jobs: { type: "string", default: "2" },
    debug: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const RESULT = join(import.meta.dirname, "..", "results", "churn.md");

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

function chosen(): readonly Row[] {
  const rows = values.variant === undefined ? ROWS : ROWS.filter(({ name }) => name === values.variant);
  if (rows.length === 0) throw new Error(`--variant is one of ${ROWS.map(({ name }) => name).join(", ")}`);
  return rows;
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
for (const row of chosen()) {
  const table = await measureRow(row);
  console.log(`${table}\n`);
  tables.push(table);
}
if (values.write) {
  mkdirSync(join(RESULT, ".."), { recursive: true });
  writeFileSync(RESULT, `# Churn bench\n\nCommand: \`${command}\`\n\n${tables.join("\n\n")}\n`);
}
