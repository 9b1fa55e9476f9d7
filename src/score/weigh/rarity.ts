import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { Deviation, DeviationHistory } from "../../domain/deviation.ts";
import { howOften } from "../../domain/how-often.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { portClass, type PortClass } from "../../domain/network.ts";
import type { KindRule, ScoringRules } from "./rules.ts";

/** How surprising a deviation is, with the sentence that says so. */
export interface Rarity {
  /** Surprisal; null where nothing was learned to compare with. */
  readonly bits: number | null;
  readonly points: number;
  readonly why: string;
}

type Classes = SegmentBaseline["classes"];

/**
 * Surprisal −log2(p) of the posterior mean of a Beta-Bernoulli rate. The prior is the rate of the port's class in
 * this segment (or the kind's usual rate) and counts like `prior_weight` scans; without the class rates a busy
 * segment would report "new" ports that open there every day.
 */
export function rarityOf(deviation: Deviation, rules: ScoringRules, classes: Classes): Rarity {
  const rule = rules.kinds[deviation.kind];
  if (deviation.history.scans === 0 && rule.rate !== undefined) {
    return { bits: null, points: 0, why: "nothing has been learned yet to compare it with" };
  }
  if (rule.rate !== undefined && isAlwaysSo(deviation)) {
    return { bits: 0, points: 0, why: `as in all ${deviation.history.scans} covered scans before` };
  }
  const bits = surprisal(deviation, { rule, rules, classes });
  if (bits === null) return { bits: null, points: 0, why: "not a matter of rarity" };
  const points = pointsFor(bits, rules.rarity.points) * (rule.rarity_share ?? 1);
  return { bits, points, why: howOften(deviation.kind, deviation.history) };
}

/** A port that nothing declares may have been open forever: then only the declaration makes it a finding. */
function isAlwaysSo(deviation: Deviation): boolean {
  const { hits, scans } = trialsOf(deviation.history, isField(deviation));
  return !isField(deviation) && hits >= scans;
}

interface Weights {
  readonly rule: KindRule;
  readonly rules: ScoringRules;
  readonly classes: Classes;
}

function surprisal(deviation: Deviation, { rule, rules, classes }: Weights): number | null {
  if (rule.bits !== undefined) return rule.bits;
  if (rule.rate === undefined) return null;
  const prior = rule.rate === "class" ? priorOfPort(deviation, rules, classes) : rule.rate;
  const bits = posteriorBits(prior, rules.rarity.prior_weight, trialsOf(deviation.history, isField(deviation)));
  return rule.max_bits === undefined ? bits : Math.min(bits, rule.max_bits);
}

function priorOfPort(deviation: Deviation, rules: ScoringRules, classes: Classes): number {
  return deviation.port === null
    ? rules.rarity.class_prior.registered
    : classPrior(portClass(deviation.port.number), rules, classes);
}

/** Openings per host and scan in this class: what the segment showed, steadied by the rate that is usual elsewhere. */
export function classPrior(name: PortClass, rules: ScoringRules, classes: Classes): number {
  const { class_prior, class_prior_trials: weight } = rules.rarity;
  const seen = classes.get(name) ?? { opened: 0, trials: 0 };
  return (class_prior[name] * weight + seen.opened) / (weight + seen.trials);
}

interface Trials {
  readonly hits: number;
  readonly scans: number;
}

/** −log2 of the posterior mean; more scans without a hit are never fewer bits. */
export function posteriorBits(prior: number, weight: number, { hits, scans }: Trials): number {
  const rate = (prior * weight + Math.min(hits, scans)) / (weight + scans);
  return rate >= 1 ? 0 : -Math.log2(rate);
}

/** Straight lines between the rows of the table; flat after the last. */
export function pointsFor(bits: number, table: ScoringRules["rarity"]["points"]): number {
  const next = table.findIndex(([b]) => b >= bits);
  const [highBits, high] = table[next] ?? table.at(-1) ?? [0, 0];
  const [lowBits, low] = table[next - 1] ?? [highBits, high];
  return highBits === lowBits || next < 0 ? high : low + ((bits - lowBits) / (highBits - lowBits)) * (high - low);
}

/** Ports and hosts are counted by how often they were as they are now, fields by how often they changed. */
function isField(deviation: Deviation): boolean {
  return CATALOGUE[deviation.kind].appears === null;
}

function trialsOf(history: DeviationHistory, field: boolean): Trials {
  return { hits: field ? history.changes : history.seen, scans: history.scans };
}
