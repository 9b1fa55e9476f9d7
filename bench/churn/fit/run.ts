import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRuntime } from "../../../src/app/runtime.ts";
import { pointsFor } from "../../../src/score/weigh/rarity.ts";
import type { MonthRecord } from "../measure/record.ts";
import { measureAll } from "../pool.ts";
import { type Cells, readCells, writeCells } from "./cells.ts";
import { confirmed } from "./confirm.ts";
import { cost, fit } from "./search.ts";
import { type Evidence, type Outcome, tryWeights } from "./trial.ts";

/**
 * `make fit-scoring`: the weights of the kinds from months of the seeded network, written into their rows and into
 * `rules/scoring/default.yaml`, as far as a replay bears them out. Seeds 1 to 4 only: no table of the churn bench uses them.
 */

const { values } = parseArgs({
  options: {
    /** Keeps what was judged in this file, or takes it from there: a second trial needs no replay. */
    judged: { type: "string" },
    jobs: { type: "string", default: "2" },
    hosts: { type: "string", default: "200" },
    "dry-run": { type: "boolean", default: false },
  },
});

const SEEDS = [1, 2, 3, 4];

function played(): Promise<readonly MonthRecord[]> {
  const month = {
    variant: "base",
    hosts: Number(values.hosts),
    days: 30,
    scansPerDay: 4,
    churn: "stated",
    how: "live",
  } as const;
  return measureAll(
    SEEDS.map((seed) => ({ ...month, seed })),
    Number(values.jobs),
  );
}

async function judgedMonths(): Promise<readonly MonthRecord[]> {
  const { judged } = values;
  if (judged !== undefined && existsSync(judged)) return JSON.parse(readFileSync(judged, "utf8")) as MonthRecord[];
  const months = await played();
  if (judged !== undefined) writeFileSync(judged, JSON.stringify(months));
  return months;
}

function evidenceOf(months: readonly MonthRecord[]): readonly Evidence[] {
  return months.map(({ weighed, labels }) => ({
    weighed,
    labels: labels.filter(({ benign, asked }) => !benign && asked !== null),
  }));
}

const months = await judgedMonths();
const evidence = evidenceOf(months);
const hostDays = months.reduce(
  (sum, m) => sum + (m.hosts * (m.days * m.scansPerDay - m.judgedFrom)) / m.scansPerDay,
  0,
);
const table = createRuntime().rules().rarity.points;
const points = (bits: number) => pointsFor(bits, table);
const before = readCells();
const weights = fit(evidence, before, { hostDays, pointsFor: points });

const found = tryWeights(evidence, { before, now: before }, points);
console.log(`before:   ${words(found)}`);
console.log(`proposed: ${words(tryWeights(evidence, weights, points))}`);
tell(weights.now);
if (!values["dry-run"]) {
  const kept = await confirmed(before, weights.now, { cost: cost(found, { hostDays }), under: replayed });
  write(kept);
  console.log(
    kept === before ? "Nothing changed: no replay bears a proposal out." : "Kept, measure again (make bench-churn):",
  );
  tell(kept);
}

/** What months cost in which these cells are in the rows. */
async function replayed(cells: ReadonlyMap<string, Cells>): Promise<number> {
  write(cells);
  const outcome = tryWeights(evidenceOf(await played()), { before: cells, now: cells }, points);
  console.log(`replayed: ${words(outcome)}`);
  tell(cells);
  return cost(outcome, { hostDays });
}

function write(cells: ReadonlyMap<string, Cells>): void {
  writeCells(cells);
  const script = join(import.meta.dirname, "..", "..", "..", "scripts", "generate-assets.ts");
  const { status } = spawnSync(process.execPath, [script], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("the assets could not be made from the rows");
}

function tell(now: ReadonlyMap<string, Cells>): void {
  for (const [kind, cells] of now) {
    const was = before.get(kind);
    if (cells !== was) console.log(`  ${kind}: ${JSON.stringify(was)} -> ${JSON.stringify(cells)}`);
  }
}

function words({ wrong, told, labels, worstKind }: Outcome): string {
  const rate = ((1000 * wrong) / hostDays).toFixed(2);
  const recall = ((100 * told) / Math.max(1, labels)).toFixed(0);
  return `${rate} false a day and 1,000 hosts, ${recall} % told (${told}/${labels}), worst kind ${(100 * worstKind).toFixed(0)} %`;
}
