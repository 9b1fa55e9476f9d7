import { isWeekend } from "../calendar.ts";
import type { Random } from "../random.ts";

/** A time in days. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Moments of a Poisson process, in days. */
export function moments(chance: Random, perDay: number, { first, last }: Span): readonly number[] {
  const found: number[] = [];
  if (perDay <= 0) return found;
  for (let at = first + chance.wait(1 / perDay); at < last; at += chance.wait(1 / perDay)) found.push(at);
  return found;
}

/** The same, but people do it: on working days between eight and six, so that the rate per day is kept. */
export function workingMoments(chance: Random, perDay: number, span: Span): readonly number[] {
  return moments(chance, perDay, span).map((at) => {
    const day = Math.floor(at);
    const working = isWeekend(day) ? day - 1 - (day % 7 === 6 ? chance.below(5) + 1 : chance.below(5)) : day;
    return Math.max(span.first, working) + chance.between(8, 18) / 24;
  });
}
