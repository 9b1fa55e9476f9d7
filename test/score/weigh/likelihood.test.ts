import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitsOf, posterior } from "../../../src/score/weigh/likelihood.ts";

const WEIGHT = { trials: 60, least: 0.3, most: 1 };
const expected = fc.double({ min: 1e-6, max: 0.5, noNaN: true });
const trials = fc.double({ min: 0, max: 20_000, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("a rate after counting", () => {
  it("is a probability, and grows with what was expected", () => {
    fc.assert(
      fc.property(expected, expected, trials, share, (p, q, n, part) => {
        const [low, high] = [Math.min(p, q), Math.max(p, q)].map((one) =>
          posterior(one, WEIGHT, { hits: n * part, trials: n }),
        );
        expect(low).toBeGreaterThan(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(high).toBeGreaterThanOrEqual((low ?? 0) * (1 - 1e-12));
      }),
    );
  });

  it("falls with every day without a hit: more scans without one are never fewer bits", () => {
    fc.assert(
      fc.property(expected, trials, trials, share, (p, n, more, part) => {
        const hits = n * part;
        const [before, after] = [n, n + more].map((days) => bitsOf(posterior(p, WEIGHT, { hits, trials: days })));
        expect(after).toBeGreaterThanOrEqual((before ?? 0) - 1e-9);
      }),
    );
  });

  it("grows with every hit", () => {
    fc.assert(
      fc.property(expected, trials, share, share, (p, n, some, others) => {
        const [few, many] = [Math.min(some, others), Math.max(some, others)];
        const rate = (part: number) => posterior(p, WEIGHT, { hits: n * part, trials: n });
        expect(rate(many)).toBeGreaterThanOrEqual(rate(few) * (1 - 1e-12));
      }),
    );
  });

  it("hits beyond the trials are none", () => {
    expect(posterior(0.01, WEIGHT, { hits: 50, trials: 20 })).toBe(posterior(0.01, WEIGHT, { hits: 20, trials: 20 }));
  });

  it("is hardly lowered by the absence of what was not to be expected, level below level", () => {
    const once = posterior(1e-4, WEIGHT, { hits: 0, trials: 500 });
    expect(once / 1e-4).toBeGreaterThan(0.8);
    expect(posterior(0.1, WEIGHT, { hits: 0, trials: 500 }) / 0.1).toBeLessThan(0.2);
  });

  it("of a group that never does what others do every day is soon its own", () => {
    expect(posterior(0.5, WEIGHT, { hits: 0, trials: 300 })).toBeLessThan(0.005);
  });

  it("follows what happens within days, however rare it was thought", () => {
    expect(posterior(1e-5, { trials: 15, least: 0.3, most: 1 }, { hits: 3, trials: 10 })).toBeGreaterThan(0.1);
  });
});
