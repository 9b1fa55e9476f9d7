import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRuntime } from "../../../src/app/runtime.ts";
import { pointsFor } from "../../../src/score/weigh/rarity.ts";
import type { MonthRecord } from "../measure/record.ts";
import { measureAll } from "../pool.ts";
import { readCells, writeCells } from "./cells.ts";
import { fit } from "./search.ts";
import { type Evidence, type Outcome, tryWeights } from "./trial.ts";

/**
 * `make fit-scoring`: the weights of the kinds from months of the seeded network, written into their rows and into
 * `rules/scoring/default.yaml`. Seeds 1 to 4 only: no table of the churn bench uses them.
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

async function judgedMonths(): Promise<readonly MonthRecord[]> {
  const { judged } = values;
  if (judged !== undefined && existsSync(judged)) return JSON.parse(readFileSync(judged, "utf8")) as MonthRecord[];
  const month = {
    variant: "base",
    hosts: Number(values.hosts),
    days: 30,
    scansPerDay: 4,
    churn: "stated",
    how: "live",
  } as const;
  const months = await measureAll(
    SEEDS.map((seed) => ({ ...month, seed })),
    Number(values.jobs),
  );
  if (judged !== undefined) writeFileSync(judged, JSON.stringify(months));
  return months;
}

const months = await judgedMonths();
const evidence: readonly Evidence[] = months.map(({ weighed, labels }) => ({
  weighed,
  labels: labels.filter(({ benign, asked }) => !benign && asked !== null),
}));
const hostDays = months.reduce(
  (sum, m) => sum + (m.hosts * (m.days * m.scansPerDay - m.judgedFrom)) / m.scansPerDay,
  0,
);
const table = createRuntime().rules().rarity.points;
const points = (bits: number) => pointsFor(bits, table);
const before = readCells();
const weights = fit(evidence, before, { hostDays, pointsFor: points });

console.log(`before: ${words(tryWeights(evidence, { before, now: before }, points))}`);
console.log(`fitted: ${words(tryWeights(evidence, weights, points))}`);
for (const [kind, cells] of weights.now) {
  const was = before.get(kind);
  if (cells !== was) console.log(`  ${kind}: ${JSON.stringify(was)} -> ${JSON.stringify(cells)}`);
}
if (!values["dry-run"]) {
  const written = writeCells(weights.now);
  const script = join(import.meta.dirname, "..", "..", "..", "scripts", "generate-assets.ts");
  const { status } = spawnSync(process.execPath, [script], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("the assets could not be made from the rows");
  console.log(
    written.length === 0 ? "Nothing changed." : `Written: ${written.join(", ")}. Measure again: make bench-churn`,
  );
}

function words({ wrong, told, labels, worstKind }: Outcome): string {
  const rate = ((1000 * wrong) / hostDays).toFixed(2);
  const recall = ((100 * told) / Math.max(1, labels)).toFixed(0);
  return `${rate} false a day and 1,000 hosts, ${recall} % told (${told}/${labels}), worst kind ${(100 * worstKind).toFixed(0)} %`;
}
