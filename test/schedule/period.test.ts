import { expect, test } from "vitest";
import { periodOf } from "../../src/schedule/ticker.ts";

test.each([
  [{ everyMs: 90_000 }, 90_000],
  [{ cron: "*/30 * * * *" }, 1_800_000],
  [{ cron: "7 3 * * *" }, 86_400_000],
])("the period of %j is %d ms", (rhythm, expected) => {
  // A night in which the clocks change is an hour longer or shorter.
  expect(Math.abs(periodOf(rhythm) - expected)).toBeLessThanOrEqual(expected === 86_400_000 ? 3_600_000 : 0);
});
