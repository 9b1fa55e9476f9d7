/** Sorted, disjoint, non-adjacent closed intervals of whole numbers; the canonical form of a port set. */
export type Intervals = readonly (readonly [from: number, to: number])[];

export const EMPTY: Intervals = [];

/** Any order, overlapping or adjacent → canonical. */
export function normalise(pairs: Iterable<readonly [number, number]>): Intervals {
  const sorted = [...pairs].filter(([from, to]) => from <= to).sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export function fromNumbers(numbers: Iterable<number>): Intervals {
  return normalise(Array.from(numbers, (n): [number, number] => [n, n]));
}

export function union(...sets: readonly Intervals[]): Intervals {
  return normalise(sets.flat());
}

/** What is in `a` and not in `b`. */
export function subtract(a: Intervals, b: Intervals): Intervals {
  let rest: (readonly [number, number])[] = [...a];
  for (const [from, to] of b) {
    rest = rest.flatMap(([low, high]): (readonly [number, number])[] => {
      if (to < low || from > high) return [[low, high]];
      const pieces: (readonly [number, number])[] = [
        [low, from - 1],
        [to + 1, high],
      ];
      return pieces.filter(([x, y]) => x <= y);
    });
  }
  return normalise(rest);
}

/** Binary search: coverage is asked for each port of each host. */
export function includes(set: Intervals, n: number): boolean {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = set[middle] ?? [0, -1];
    if (n < from) high = middle - 1;
    else if (n > to) low = middle + 1;
    else return true;
  }
  return false;
}

export function size(set: Intervals): number {
  return set.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

export function toNumbers(set: Intervals): number[] {
  return set.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

/** `22,80,8000-8010`, the spelling of nmap's `-p` and of `scaninfo@services`. */
export function formatIntervals(set: Intervals): string {
  return set.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}

/** The inverse of {@link formatIntervals}; null when the text is anything else. The empty text is the empty set. */
export function parseIntervals(text: string): Intervals | null {
  if (text === "") return EMPTY;
  const pairs: [number, number][] = [];
  for (const part of text.split(",")) {
    const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part);
    if (match === null) return null;
    const from = Number(match[1]);
    pairs.push([from, match[2] === undefined ? from : Number(match[2])]);
  }
  return normalise(pairs);
}
