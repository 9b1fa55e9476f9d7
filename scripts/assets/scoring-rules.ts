import { readFileSync } from "node:fs";
import path from "node:path";
import { ANOMALY_KINDS, CATALOGUE } from "../../src/domain/kinds/catalogue.ts";
import type { Exposure, Rarity, ScoreCells } from "../../src/domain/kinds/row.ts";

const ROOT = path.join(import.meta.dirname, "../..");
export const SCORING_FILE = "rules/scoring/default.yaml";

/** The block `kinds:` of the scoring file, made from the rows of the kinds; everything else in it is written by hand. */
export function scoringRules(): string {
  const text = readFileSync(path.join(ROOT, SCORING_FILE), "utf8");
  const lines = ANOMALY_KINDS.map((kind) => `  ${kind}: ${lineOf(CATALOGUE[kind].score)}\n`);
  const block = /^kinds:\n(?: {2}.*\n)*/m;
  if (!block.test(text)) throw new Error(`${SCORING_FILE} has no block "kinds:" to write into`);
  return text.replace(block, () => `kinds:\n${lines.join("")}`);
}

function lineOf({ rarity, exposure, atMost, byRole, why }: ScoreCells): string {
  const cells = [...rarityCells(rarity), ...exposureCells(exposure), cell("at_most", atMost), roleCells(byRole)];
  const written = cells.filter((text) => text !== null).join(", ");
  return `${written === "" ? "{}" : `{ ${written} }`}${why === null ? "" : ` # ${why}`}`;
}

type Cell = string | null;

function roleCells(byRole: ScoreCells["byRole"]): Cell {
  if (byRole === undefined) return null;
  const roles = Object.entries(byRole).map(
    ([role, { points, atMost }]) => `${role}: { points: ${points}, at_most: ${atMost} }`,
  );
  return `by_role: { ${roles.join(", ")} }`;
}

function rarityCells(rarity: Rarity | null): readonly Cell[] {
  if (rarity === null) return [];
  if ("bits" in rarity) return [cell("bits", rarity.bits)];
  return [cell("per_day", rarity.perDay), cell("max_bits", rarity.maxBits), cell("rarity_share", rarity.share)];
}

function exposureCells(exposure: Exposure | null): readonly Cell[] {
  if (exposure === null) return [];
  if ("of" in exposure) return [cell("exposure", exposure.of), cell("exposure_share", exposure.share)];
  return [cell("exposure", exposure.points), cell("exposure_closed", exposure.closed)];
}

function cell(name: string, value: number | string | null): Cell {
  return value === null ? null : `${name}: ${value}`;
}
