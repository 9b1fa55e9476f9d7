import { describe, expect, it } from "vitest";
import { figuresOf } from "../../../bench/churn/measure/figures.ts";
import { type MonthOptions, measureMonth } from "../../../bench/churn/month.ts";

const SHORT: MonthOptions = {
  seed: 20,
  variant: "base",
  hosts: 80,
  days: 22,
  scansPerDay: 4,
  churn: "stated",
  how: "live",
};

/**
 * The short form of `make bench-churn`. The world comes from its seed, so the figures are the same on every machine; the
 * bounds leave room for another weight, not for chance.
 */
describe("three weeks of a seeded network", () => {
  it("are told with few false alerts, and with what matters", async () => {
    const figures = figuresOf([await measureMonth(SHORT)]);
    expect(figures.falseRate).toBeLessThanOrEqual(5);
    expect(figures.recall.hits / figures.recall.of).toBeGreaterThanOrEqual(0.8);
    expect(figures.right.hits / figures.right.of).toBeGreaterThanOrEqual(0.95);
    expect(figures.contentInBroken).toBe(0);
    expect(figures.worst).toBeLessThanOrEqual(20);
    expect(figures.degraded.broken).toBe(figures.degraded.of);
  });

  it("are the same when they are played again", async () => {
    const few = { ...SHORT, hosts: 30, days: 8 };
    const [once, again] = [await measureMonth(few), await measureMonth(few)];
    expect({ ...again, cpuSeconds: 0 }).toEqual({ ...once, cpuSeconds: 0 });
    expect(once.weighed.length).toBeGreaterThan(0);
  });
});
