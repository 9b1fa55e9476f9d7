import { HISTORY_BITS, type Results } from "./baseline.ts";
import { MISSES_AFTER_RESET, MISSES_BEFORE_GONE } from "./settle.ts";

/** Share of changes, per cent, from which a thing counts as flapping, and below which it no longer does. */
const ENTER = 20;
const LEAVE = 5;
/** A change just seen counts half as much again as the oldest that is remembered, as in Nagios. */
const OLDEST = 0.8;
const NEWEST = 1.2;
const ALWAYS = 2 ** HISTORY_BITS - 1;

/** Results of a port after one more look at it. */
export function withResult(before: Results | null, open: boolean): Results {
  return after(before ?? { history: 0 }, open, MISSES_AFTER_RESET);
}

/** Results of a host after one more look at whether it answers; undefined where it always did, before and after. */
export function withAnswer(before: Results | undefined, up: boolean): Results | undefined {
  const now = after(before ?? { history: ALWAYS }, up, MISSES_BEFORE_GONE);
  return now.history === ALWAYS && now.flapping !== true ? undefined : now;
}

/**
 * Between the two limits it stays what it was, and only a change begins it: nothing that happened long ago is told
 * because of a steady look. `misses`: so many in a row are a change, as they are everywhere else.
 */
function after(before: Results, good: boolean, misses: number): Results {
  const history = ((before.history << 1) | (good ? 1 : 0)) & ALWAYS;
  const share = changeShare(history, misses);
  const begins = share >= ENTER && hasJustChanged(history, misses);
  const flapping = begins || (before.flapping === true && share >= LEAVE);
  return flapping ? { history, flapping } : { history };
}

/** Fewer misses in a row than count as gone are no change. */
function settled(history: number, misses: number): number {
  let filled = history;
  for (let length = 1; length < misses; length++) {
    for (let age = 0; age + length < HISTORY_BITS; age++) {
      const gap = ((1 << length) - 1) << age;
      const isBounded = isGood(filled, age + length) && (age === 0 || isGood(filled, age - 1));
      if ((filled & gap) === 0 && isBounded) filled |= gap;
    }
  }
  return filled;
}

function isGood(history: number, age: number): boolean {
  return ((history >>> age) & 1) === 1;
}

/** That something is gone is only known some looks later. */
function hasJustChanged(history: number, misses: number): boolean {
  const recent = (1 << (misses + 1)) - 1;
  const now = settled(history, misses) & recent;
  return now !== recent && now !== 0;
}

/** Weighted share of changes among the last {@link HISTORY_BITS} results, per cent. */
export function changeShare(results: number, misses = MISSES_AFTER_RESET): number {
  const history = settled(results, misses);
  const steps = HISTORY_BITS - 1;
  let sum = 0;
  for (let age = 0; age < steps; age++) {
    const changed = isGood(history, age) !== isGood(history, age + 1);
    if (changed) sum += NEWEST - (age * (NEWEST - OLDEST)) / (steps - 1);
  }
  return (sum / steps) * 100;
}
