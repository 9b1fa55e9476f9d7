import { HISTORY_BITS } from "./baseline.ts";

/** Share of changes, per cent, from which a thing counts as flapping, and below which it no longer does. */
const ENTER = 20;
const LEAVE = 5;
/** A change just seen counts half as much again as the oldest that is remembered, as in Nagios. */
const OLDEST = 0.8;
const NEWEST = 1.2;

/** Results of looks, one bit each, the newest lowest, and whether they came to be called flapping. */
export interface Results {
  readonly history: number;
  readonly flapping?: boolean;
}

/**
 * Results after one more look. Between the two limits it stays what it was, and only a change begins it: nothing that
 * happened long ago is told because of a steady look.
 */
export function withResult(before: Results | null, good: boolean): Results {
  const past = before?.history ?? 0;
  const history = ((past << 1) | (good ? 1 : 0)) & ((1 << HISTORY_BITS) - 1);
  const share = changeShare(history);
  const begins = share >= ENTER && hasJustChanged(history);
  const flapping = begins || (before?.flapping === true && share >= LEAVE);
  return flapping ? { history, flapping } : { history };
}

/** A single miss is no change: only a second one in a row counts as closed, as it does everywhere else. */
function settled(history: number): number {
  return history | ((history << 1) & (history >>> 1)) | ((history >>> 1) & 1);
}

/** A closing is only known one look later. */
function hasJustChanged(history: number): boolean {
  return (settled(history) & 0b111) !== 0b111 && (settled(history) & 0b111) !== 0;
}

/** Weighted share of changes among the last {@link HISTORY_BITS} results, per cent. */
export function changeShare(results: number): number {
  const history = settled(results);
  const steps = HISTORY_BITS - 1;
  let sum = 0;
  for (let age = 0; age < steps; age++) {
    const changed = ((history >>> age) & 1) !== ((history >>> (age + 1)) & 1);
    if (changed) sum += NEWEST - (age * (NEWEST - OLDEST)) / (steps - 1);
  }
  return (sum / steps) * 100;
}
