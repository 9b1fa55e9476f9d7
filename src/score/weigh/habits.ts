/**
 * Hits of one class of openings on the hosts of one group. In every group some do much more than the rest: three machines
 * of developers among twenty servers open most of the ports. What they do is no measure for the others.
 */
export interface Habits {
  readonly hosts: number;
  /** Sums of the hits of the busiest host, of the two busiest, and so on; whole thousandths, exact in any order. */
  readonly busiest: readonly number[];
}

/** This part of a group, its busiest, does not decide what is usual for the rest. */
const BUSIEST = 1 / 4;
/** Hits that a group is credited with in either part, in thousandths: a few say little about who is busy. */
const CREDIT = 3000;

/** Of the hits of each host. */
export function habitsOf(hits: readonly number[]): Habits {
  let sum = 0;
  return { hosts: hits.length, busiest: hits.toSorted((a, b) => b - a).map((one) => (sum += one)) };
}

/**
 * The part of a group's hits per host that is left without its busiest quarter, at most all of them. `except`: the hits of
 * one host of the group that is not asked. A hit more never makes it less by more than it adds.
 */
export function commonPart({ hosts, busiest }: Habits, except: number | null): number {
  const all = except === null ? hosts : hosts - 1;
  const few = Math.floor(all * BUSIEST);
  if (few === 0) return 1;
  const total = (busiest.at(-1) ?? 0) - (except ?? 0);
  const most = busiestOf(busiest, few, except);
  return Math.min(1, (total - most + CREDIT) / (all - few) / ((total + CREDIT) / all));
}

/** Hits of the busiest few, where one host is left out: if it is among them, the next one takes its place. */
function busiestOf(busiest: readonly number[], few: number, except: number | null): number {
  const last = (busiest[few - 1] ?? 0) - (busiest[few - 2] ?? 0);
  if (except === null || except < last) return busiest[few - 1] ?? 0;
  return (busiest[few] ?? 0) - except;
}
