import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commonPart, habitsOf } from "../../../src/score/weigh/habits.ts";

const DAY = 1000;

describe("the part of a group's hits that is not its busiest quarter's", () => {
  const quiet = Array.from({ length: 15 }, () => 0);

  it("is little where a few hosts do nearly everything", () => {
    expect(commonPart(habitsOf([...quiet, 9 * DAY, 12 * DAY, 10 * DAY, 11 * DAY, 8 * DAY]), null)).toBeLessThan(0.1);
  });

  it("is nearly all where every host does the same", () => {
    expect(commonPart(habitsOf(Array.from({ length: 20 }, () => 5 * DAY)), null)).toBeCloseTo(1, 1);
  });

  it("is nearly all where hardly anything was seen", () => {
    expect(commonPart(habitsOf([...quiet, DAY]), null)).toBeGreaterThan(0.7);
  });

  it("is all of a group that is too small to have a quarter", () => {
    expect(commonPart(habitsOf([0, 0, 9 * DAY]), null)).toBe(1);
    expect(commonPart(habitsOf([0, 0, 0, 9 * DAY]), 0)).toBe(1);
  });

  const hits = fc.array(fc.integer({ min: 0, max: 20 * DAY }), { minLength: 1, maxLength: 30 });

  it("without one host is that of the others", () => {
    fc.assert(
      fc.property(hits, fc.nat(), (all, n) => {
        const at = n % all.length;
        const rest = commonPart(habitsOf(all.filter((_, i) => i !== at)), null);
        expect(commonPart(habitsOf(all), all[at] ?? 0)).toBeCloseTo(rest, 12);
      }),
    );
  });

  it("never makes less of all hits when there is one more", () => {
    fc.assert(
      fc.property(hits, fc.nat(), (all, n) => {
        const at = n % all.length;
        const left = (some: readonly number[]) => commonPart(habitsOf(some), null) * (some.reduce((a, b) => a + b) + 1);
        const more = all.map((one, i) => (i === at ? one + DAY : one));
        expect(left(more)).toBeGreaterThanOrEqual(left(all) - 1e-9);
      }),
    );
  });
});
