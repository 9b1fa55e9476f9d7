import type { Deviation } from "../../domain/deviation.ts";
import { howOften } from "../../domain/how-often.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { bitsOf } from "./likelihood.ts";
import type { Rates } from "./rates.ts";
import type { ScoringRules } from "./rules.ts";

/** How surprising a deviation is, with the sentence that says so. */
export interface Rarity {
  /** Surprisal; null where nothing was learned to compare with. */
  readonly bits: number | null;
  readonly points: number;
  readonly why: string;
}

/** Surprisal −log2(p), where p is how likely this was on one day of this host. */
export function rarityOf(deviation: Deviation, rules: ScoringRules, rates: Rates): Rarity {
  const rule = rules.kinds[deviation.kind];
  const { scans } = deviation.history;
  if (rule.bits !== undefined) return weighed(deviation, { bits: rule.bits, chance: null, rules, number: null });
  if (rule.per_day === undefined) return { bits: null, points: 0, why: "not a matter of rarity" };
  if (scans === 0) return { bits: null, points: 0, why: "nothing has been learned yet to compare it with" };
  if (isAlwaysSo(deviation)) return { bits: 0, points: 0, why: `as in all ${scans} covered scans before` };
  const chance = rates.likelihood(deviation);
  if (chance === null) return { bits: null, points: 0, why: "not a matter of rarity" };
  const bits = Math.min(bitsOf(chance), rule.max_bits ?? Infinity);
  return weighed(deviation, { bits, chance, rules, number: rates.numberText(deviation) });
}

interface Weighing {
  readonly bits: number;
  /** How likely it was on one day of the host; null where nothing is counted. */
  readonly chance: number | null;
  readonly rules: ScoringRules;
  /** What the number of an opened port says. */
  readonly number: string | null;
}

function weighed({ kind, history }: Deviation, { bits, chance, rules, number }: Weighing): Rarity {
  const points = pointsFor(bits, rules.rarity.points) * (rules.kinds[kind].rarity_share ?? 1);
  const why = [howOften(kind, history), number, chance === null ? null : expectedEvery(chance)];
  return { bits, points, why: why.filter((text) => text !== null).join("; ") };
}

const MOST_DAYS = 3_650;

/** What the host, its peers and the segment lead one to expect, as people say it. */
function expectedEvery(chance: number): string {
  const days = Math.round(1 / chance);
  if (days <= 1) return "such a thing is expected here every day";
  return `such a thing is expected here once in ${days > MOST_DAYS ? "ten years" : `${days} days`}`;
}

/** A port that nothing declares may have been open forever: then only the declaration makes it a finding. */
function isAlwaysSo({ kind, history }: Deviation): boolean {
  return CATALOGUE[kind].appears !== null && history.seen >= history.scans;
}

/** Straight lines between the rows of the table; flat after the last. */
export function pointsFor(bits: number, table: ScoringRules["rarity"]["points"]): number {
  const next = table.findIndex(([b]) => b >= bits);
  const [highBits, high] = table[next] ?? table.at(-1) ?? [0, 0];
  const [lowBits, low] = table[next - 1] ?? [highBits, high];
  return highBits === lowBits || next < 0 ? high : low + ((bits - lowBits) / (highBits - lowBits)) * (high - low);
}
