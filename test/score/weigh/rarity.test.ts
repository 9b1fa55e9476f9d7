import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pointsFor, rarityOf } from "../../../src/score/weigh/rarity.ts";
import { deviation, onceIn, rules, watchedFor } from "../build.ts";

const table = rules.rarity.points;

describe("rarity", () => {
  it("is 11.6 bits for what is expected once in about 3,100 days", () => {
    expect(rarityOf(deviation(), rules, onceIn(3_105)).bits).toBeCloseTo(11.6, 2);
  });

  it("is not given while nothing was learned", () => {
    const found = deviation({ history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null } });
    expect(rarityOf(found, rules, watchedFor(0))).toMatchObject({ bits: null, points: 0 });
  });

  it("is nothing for an undeclared port that was always open, however few scans that are", () => {
    const always = (scans: number) =>
      deviation({
        kind: "undeclared-port",
        history: { scans, seen: scans, changes: 0, firstSeen: null, lastSeen: null },
      });
    for (const scans of [1, 2, 400]) {
      expect(rarityOf(always(scans), rules, watchedFor(scans / 4))).toMatchObject({ bits: 0, points: 0 });
    }
  });

  it("counts a port that was open in a third of the scans as nearly ordinary", () => {
    const found = deviation({ history: { scans: 300, seen: 100, changes: 9, firstSeen: null, lastSeen: null } });
    expect(rarityOf(found, rules, watchedFor(75)).points).toBeLessThan(5);
  });

  it("is never more than the kind allows", () => {
    expect(rarityOf(deviation({ kind: "version-changed" }), rules, onceIn(100_000)).bits).toBe(
      rules.kinds["version-changed"].max_bits,
    );
  });

  it.each([
    [0.5, "port never open in 400 covered scans; such a thing is expected here every day"],
    [900, "port never open in 400 covered scans; such a thing is expected here once in 900 days"],
    [1e9, "port never open in 400 covered scans; such a thing is expected here once in ten years"],
  ])("of once in %d days says in its sentence what it counted and what it expected", (days, text) => {
    expect(rarityOf(deviation(), rules, onceIn(days)).why).toBe(text);
  });
});

describe("the table of points", () => {
  it("has the rows that the event contract's examples need", () => {
    expect([5.6, 6, 11.6].map((bits) => pointsFor(bits, table))).toEqual([expect.closeTo(19.2, 9), 21, 48]);
  });

  it("never falls, starts at 0 and ends at its last row", () => {
    expect([pointsFor(0, table), pointsFor(1_000, table)]).toEqual([0, 60]);
    const bits = fc.double({ min: 0, max: 40, noNaN: true });
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        expect(pointsFor(Math.max(a, b), table)).toBeGreaterThanOrEqual(pointsFor(Math.min(a, b), table));
      }),
    );
  });
});
