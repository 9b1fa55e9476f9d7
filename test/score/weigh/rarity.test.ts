import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PortClass } from "../../../src/domain/network.ts";
import { classPrior, pointsFor, posteriorBits, rarityOf } from "../../../src/score/weigh/rarity.ts";
import { deviation, rules } from "../build.ts";

const prior = fc.double({ min: 1e-6, max: 0.5, noNaN: true });
const table = rules.rarity.points;

describe("surprisal", () => {
  it("grows with every covered scan without a sighting", () => {
    fc.assert(
      fc.property(prior, fc.nat(2_000), fc.integer({ min: 1, max: 2_000 }), (p, scans, more) => {
        expect(posteriorBits(p, 60, { hits: 0, scans: scans + more })).toBeGreaterThan(
          posteriorBits(p, 60, { hits: 0, scans }),
        );
      }),
    );
  });

  it("shrinks with every sighting and is never negative", () => {
    fc.assert(
      fc.property(prior, fc.integer({ min: 1, max: 2_000 }), fc.nat(3_000), (p, scans, hits) => {
        const bits = posteriorBits(p, 60, { hits, scans });
        expect(bits).toBeGreaterThanOrEqual(0);
        expect(posteriorBits(p, 60, { hits: hits + 1, scans })).toBeLessThanOrEqual(bits);
      }),
    );
  });

  it("says 11.6 bits for one opening in about 3,100 scans", () => {
    expect(posteriorBits(0.002533, 60, { hits: 0, scans: 412 })).toBeCloseTo(11.6, 1);
  });

  it("is not given while nothing was learned", () => {
    const found = deviation({ history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null } });
    expect(rarityOf(found, rules, new Map())).toMatchObject({ bits: null, points: 0 });
  });

  it("is nothing for an undeclared port that was always open, however few scans that are", () => {
    const always = (scans: number) =>
      deviation({
        kind: "undeclared-port",
        history: { scans, seen: scans, changes: 0, firstSeen: null, lastSeen: null },
      });
    for (const scans of [1, 2, 400]) {
      expect(rarityOf(always(scans), rules, new Map())).toMatchObject({ bits: 0, points: 0 });
    }
  });

  it("counts a port that was open in a third of the scans as nearly ordinary", () => {
    const found = deviation({ history: { scans: 300, seen: 100, changes: 9, firstSeen: null, lastSeen: null } });
    expect(rarityOf(found, rules, new Map()).points).toBeLessThan(5);
  });

  it("says in its sentence what it counted", () => {
    expect(rarityOf(deviation(), rules, new Map()).why).toMatch(/^port never open in 400 covered scans$/);
  });
});

describe("the prior of a port class", () => {
  it.each(["well-known", "registered", "nodeport", "ephemeral"] as const)(
    "of %s ports is the shipped one before anything was learned",
    (name: PortClass) => {
      expect(classPrior(name, rules, new Map())).toBeCloseTo(rules.rarity.class_prior[name], 12);
    },
  );

  it("makes a busy class ordinary: where ephemeral ports open in every tenth host-scan, one more is worth little", () => {
    const found = deviation({ port: { transport: "tcp", number: 50_000 } });
    const busy = new Map([["ephemeral", { opened: 1_000, trials: 10_000 }]] as const);
    expect(rarityOf(found, rules, busy).points).toBeLessThan(rarityOf(found, rules, new Map()).points - 15);
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
