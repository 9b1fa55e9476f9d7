import { monotonicClock } from "../lib/time.ts";

/** Longest stretch of packing or unpacking before other work gets its turn; HTTP answers must stay far below 100 ms. */
const SLICE_MS = 10;

/**
 * `items.map(work)` in slices: between two of them the event loop serves whoever waits. `work` must be pure, because
 * anything may happen in between; reading and writing therefore stay outside, each in one piece.
 */
export async function mapInSlices<T, R>(items: Iterable<T>, work: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  let sliceEnd = monotonicClock() + SLICE_MS;
  for (const item of items) {
    results.push(work(item));
    if (monotonicClock() < sliceEnd) continue;
    await new Promise(setImmediate);
    sliceEnd = monotonicClock() + SLICE_MS;
  }
  return results;
}
