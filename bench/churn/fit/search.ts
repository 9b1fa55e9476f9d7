import type { Cells } from "./cells.ts";
import { type Evidence, type Outcome, type PointsFor, tryWeights, type Weights } from "./trial.ts";

/** Host days of the months, to turn a count into a rate. */
export interface Goal {
  readonly hostDays: number;
}

const FALSE_RATE = 3;
const RECALL = 0.9;
const KIND_RECALL = 0.8;
const RATE_STEPS = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8];
const CEILINGS = [21, 47, 73, null];
const BITS = [4, 5.6, 7, 8, 9, 10, 11.6, 14];
/** A change must pay: so much less cost for each cell that is not what it was. */
export const INERTIA = 0.05;
const ROUNDS = 4;

/** One kind after the other takes the cells that cost least, until none changes any more. */
export function fit(
  months: readonly Evidence[],
  before: ReadonlyMap<string, Cells>,
  given: Goal & { readonly pointsFor: PointsFor },
): Weights {
  const seen = new Set(months.flatMap(({ weighed }) => weighed.map(({ weighedAs }) => weighedAs)));
  const kinds = [...before.keys()].filter((kind) => seen.has(kind)).toSorted();
  const costOf = (now: ReadonlyMap<string, Cells>) => {
    const outcome = tryWeights(months, { before, now }, given.pointsFor);
    return cost(outcome, given) + INERTIA * [...now].filter(([kind, cells]) => cells !== before.get(kind)).length;
  };
  let now = before;
  for (let round = 0; round < ROUNDS; round++) {
    const old = now;
    for (const kind of kinds) now = bestOf(candidates(now, before, kind), costOf) ?? now;
    if (old === now) break;
  }
  return { before, now };
}

/** In the order from least to most change, so that of equal ones the smallest is taken. */
function candidates(
  now: ReadonlyMap<string, Cells>,
  before: ReadonlyMap<string, Cells>,
  kind: string,
): readonly ReadonlyMap<string, Cells>[] {
  const [mine, first] = [now.get(kind), before.get(kind)];
  if (mine === undefined || first === undefined) return [];
  return [now, ...cellsNear(first).map((cells) => new Map([...now, [kind, cells]]))];
}

function cellsNear(first: Cells): readonly Cells[] {
  const { perDay, maxBits, atMost } = first;
  const rates = perDay === null ? [null] : RATE_STEPS.map((step) => round2(perDay * step));
  // Information stays information: what can never alert by its nature has the lowest ceiling.
  const ceilings = atMost === null || atMost <= 21 ? [atMost] : CEILINGS.filter((one) => one === null || one >= 47);
  const bits = maxBits === null ? [null] : [...new Set([maxBits, ...BITS])];
  const all = rates.flatMap((rate) =>
    bits.flatMap((most) => ceilings.map((ceiling): Cells => ({ perDay: rate, maxBits: most, atMost: ceiling }))),
  );
  return all.map((cells) => (same(cells, first) ? first : cells)).toSorted((a, b) => far(a, first) - far(b, first));
}

function same(a: Cells, b: Cells): boolean {
  return far(a, b) === 0;
}

function far(a: Cells, b: Cells): number {
  const rate = a.perDay === null || b.perDay === null ? 0 : Math.abs(Math.log2(a.perDay / b.perDay));
  return rate + Math.abs((a.maxBits ?? 0) - (b.maxBits ?? 0)) + Math.abs((a.atMost ?? 100) - (b.atMost ?? 100)) / 10;
}

function round2(rate: number): number {
  return Number(rate.toPrecision(2));
}

function bestOf<T>(list: readonly T[], costOf: (item: T) => number): T | null {
  let best: { item: T; cost: number } | null = null;
  for (const item of list) {
    const found = costOf(item);
    if (best === null || found < best.cost - 1e-9) best = { item, cost: found };
  }
  return best?.item ?? null;
}

/** Goals first: what is past one costs ten times; within them both are still made better. */
export function cost({ wrong, told, labels, worstKind }: Outcome, { hostDays }: Goal): number {
  const rate = hostDays === 0 ? 0 : (1000 * wrong) / hostDays;
  const missed = labels === 0 ? 0 : 1 - told / labels;
  const past = Math.max(0, rate - FALSE_RATE) / FALSE_RATE + Math.max(0, missed - (1 - RECALL)) / (1 - RECALL);
  return 10 * (past + Math.max(0, KIND_RECALL - worstKind)) + rate / FALSE_RATE + missed / (1 - RECALL);
}
