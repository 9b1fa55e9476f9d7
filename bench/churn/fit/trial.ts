import type { Weighed } from "../measure/weighed.ts";
import type { Cells } from "./cells.ts";

export type PointsFor = (bits: number) => number;

/** What was judged in one month. */
export interface Evidence {
  readonly weighed: readonly Weighed[];
  /** Labels that something was seen of. */
  readonly labels: readonly { readonly id: string; readonly kind: string }[];
}

export interface Outcome {
  readonly wrong: number;
  readonly told: number;
  readonly labels: number;
  /** The smallest share of any kind of label. */
  readonly worstKind: number;
}

/** Of an alert; neither this nor the bands are ever fitted. */
const ALERT_AT = 48;
interface Reweighing {
  readonly before: Cells;
  readonly now: Cells;
  readonly pointsFor: PointsFor;
}

const GROUPS = new Set(["rollout", "port-spread"]);

/**
 * The score with other cells, without a replay. The surprisal moves as far as the expectation does: all of it where
 * nothing was counted, and never past the ceiling. What a group takes off stays.
 */
export function valueWith(one: Weighed, { before, now, pointsFor }: Reweighing): number {
  const group = GROUPS.has(one.kind) ? one.context : 0;
  const rarity =
    one.bits === null ? one.rarity : one.rarity - pointsFor(one.bits) + pointsFor(bitsWith(one.bits, before, now));
  return Math.max(0, Math.min(ceilingWith(one, before, now), Math.round(rarity + one.fixed + group)));
}

/** A role may have a ceiling of its own, which the judged value shows: one that is not fitted stays as high as that. */
function ceilingWith({ value }: Weighed, before: Cells, now: Cells): number {
  return now.atMost === before.atMost ? Math.max(now.atMost ?? 100, value) : (now.atMost ?? 100);
}

function bitsWith(bits: number, before: Cells, now: Cells): number {
  const moved = before.perDay === null || now.perDay === null ? bits : bits + Math.log2(before.perDay / now.perDay);
  return Math.max(0, Math.min(moved, now.maxBits ?? Number.POSITIVE_INFINITY));
}

export interface Weights {
  readonly before: ReadonlyMap<string, Cells>;
  readonly now: ReadonlyMap<string, Cells>;
}

/** What the months would have been with these weights. */
export function tryWeights(months: readonly Evidence[], weights: Weights, pointsFor: PointsFor): Outcome {
  const loud = (one: Weighed) => {
    const [before, now] = [weights.before.get(one.weighedAs), weights.now.get(one.weighedAs)];
    const same = before === undefined || now === undefined || before === now;
    return (same ? one.value : valueWith(one, { before, now, pointsFor })) >= ALERT_AT;
  };
  const heard = months.map(({ weighed }) => weighed.filter(loud));
  const told = new Set(heard.flatMap((some, i) => some.flatMap(({ tells }) => tells.map((id) => `${i} ${id}`))));
  const labels = months.flatMap((month, i) => month.labels.map(({ id, kind }) => ({ id: `${i} ${id}`, kind })));
  const shares = [...Map.groupBy(labels, ({ kind }) => kind).values()].map(
    (some) => some.filter(({ id }) => told.has(id)).length / some.length,
  );
  return {
    wrong: heard.flat().filter(({ excused }) => !excused).length,
    told: labels.filter(({ id }) => told.has(id)).length,
    labels: labels.length,
    worstKind: Math.min(1, ...shares),
  };
}
