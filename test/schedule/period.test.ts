import { afterEach, expect, test, vi } from "vitest";
import { periodOf, startTicker } from "../../src/schedule/ticker.ts";

test.each([
  [{ everyMs: 90_000 }, 90_000],
  [{ cron: "*/30 * * * *" }, 1_800_000],
  [{ cron: "7 3 * * *" }, 86_400_000],
])("the period of %j is %d ms", (rhythm, expected) => {
  // A night in which the clocks change is an hour longer or shorter.
  expect(Math.abs(periodOf(rhythm) - expected)).toBeLessThanOrEqual(expected === 86_400_000 ? 3_600_000 : 0);
});

afterEach(() => void vi.useRealTimers());

test.each([
  [1_000, 3_500, 3],
  [86_400_000, 3 * 86_400_000, 3],
  // A timer of more than 24.8 days fires at once: the agent scanned without a pause.
  [30 * 86_400_000, 89 * 86_400_000, 2],
  [365 * 86_400_000, 364 * 86_400_000, 0],
])("a period of %d ms ticks in %d ms as often as it fits: %d times", (everyMs, span, expected) => {
  vi.useFakeTimers();
  let ticks = 0;
  const ticker = startTicker({ everyMs }, () => (ticks += 1), Date.now);
  expect(ticker.next()).toBe(Date.now() + everyMs);
  vi.advanceTimersByTime(span);
  expect(ticks).toBe(expected);
  ticker.stop();
  expect(ticker.next()).toBeNull();
  vi.advanceTimersByTime(2 * everyMs);
  expect(ticks).toBe(expected);
});
