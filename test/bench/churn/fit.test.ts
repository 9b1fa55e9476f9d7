import { describe, expect, it } from "vitest";
import { type Cells, readCells, writeCells } from "../../../bench/churn/fit/cells.ts";
import { confirmed } from "../../../bench/churn/fit/confirm.ts";
import { fit } from "../../../bench/churn/fit/search.ts";
import { type Evidence, tryWeights, valueWith } from "../../../bench/churn/fit/trial.ts";
import type { Weighed } from "../../../bench/churn/measure/weighed.ts";
import { ANOMALY_KINDS, CATALOGUE } from "../../../src/domain/kinds/catalogue.ts";
import { pointsFor } from "../../../src/score/weigh/rarity.ts";
import { RUNTIME } from "../../support/runtime.ts";

const table = RUNTIME.rules().rarity.points;
const points = (bits: number) => pointsFor(bits, table);
const CELLS: Cells = { perDay: 0.004, maxBits: null, atMost: null };

function weighed(bits: number, about: Partial<Weighed> = {}): Weighed {
  const rarity = Math.round(points(bits));
  const kind = "os-shifted";
  return {
    kind,
    weighedAs: kind,
    bits,
    rarity,
    fixed: 0,
    context: 0,
    value: rarity,
    tells: [],
    excused: false,
    ...about,
  };
}

function month(some: readonly Weighed[], labels: Evidence["labels"] = []): Evidence {
  return { weighed: some, labels };
}

const before = new Map([["os-shifted", CELLS]]);

describe("the cells of the kinds", () => {
  it("are read from every row, as the catalogue has them", () => {
    const read = readCells();
    expect([...read.keys()].toSorted()).toEqual(ANOMALY_KINDS.toSorted());
    for (const kind of ANOMALY_KINDS)
      expect([kind, read.get(kind)?.atMost]).toEqual([kind, CATALOGUE[kind].score.atMost]);
  });

  it("are written back as they were when nothing was fitted", () => {
    expect(writeCells(readCells())).toEqual([]);
  });
});

describe("a trial without a replay", () => {
  it("gives the value that was judged when the cells are the same", () => {
    for (const bits of [2, 5.5, 9, 12, 17]) {
      const one = weighed(bits, { fixed: 10, value: Math.round(points(bits)) + 10 });
      expect(valueWith(one, { before: CELLS, now: CELLS, pointsFor: points })).toBe(one.value);
    }
  });

  it("moves the surprisal as far as the expectation moves, up to the ceilings", () => {
    const at = (now: Partial<Cells>) =>
      valueWith(weighed(8), { before: CELLS, now: { ...CELLS, ...now }, pointsFor: points });
    expect(at({ perDay: 0.001 })).toBe(Math.round(points(10)));
    expect(at({ perDay: 0.001, maxBits: 9 })).toBe(Math.round(points(9)));
    expect(at({ perDay: 0.001, atMost: 21 })).toBe(21);
  });

  it("counts what would be told and what would be false", () => {
    const labels = [{ id: "a", kind: "os-shift" }];
    const months = [month([weighed(14, { tells: ["a"], excused: true }), weighed(14), weighed(4)], labels)];
    expect(tryWeights(months, { before, now: before }, points)).toEqual({ wrong: 1, told: 1, labels: 1, worstKind: 1 });
  });
});

describe("the fit", () => {
  it("makes a kind that is missed rarer, and leaves it alone when that only costs", () => {
    const labels = Array.from({ length: 10 }, (_, i) => ({ id: `l${i}`, kind: "os-shift" }));
    const missed = labels.map(({ id }) => weighed(9, { tells: [id], excused: true }));
    const goal = { hostDays: 3200, pointsFor: points };
    const raised = fit([month(missed, labels)], before, goal);
    expect(raised.now.get("os-shifted")?.perDay).toBeLessThan(0.004);
    expect(tryWeights([month(missed, labels)], raised, points).told).toBe(10);
    const noise = Array.from({ length: 400 }, () => weighed(9));
    expect(fit([month(noise)], before, goal).now).toBe(before);
  });
});

describe("what the search proposes", () => {
  const rows = (a: number, b: number) =>
    new Map([
      ["os-shifted", { ...CELLS, perDay: a }],
      ["mac-changed", { ...CELLS, perDay: b }],
    ]);
  const first = rows(0.001, 0.001);
  const proposed = rows(0.004, 0.002);
  const costing = (of: (a: number, b: number) => number) => (cells: ReadonlyMap<string, Cells>) =>
    Promise.resolve(of(cells.get("os-shifted")?.perDay ?? 0, cells.get("mac-changed")?.perDay ?? 0));

  it.each([
    { name: "is kept where every replay is better", of: (a: number, b: number) => 3 - 100 * (a + b), kept: proposed },
    { name: "is dropped where the replay says the same", of: () => 3, kept: first },
    { name: "is kept kind by kind", of: (a: number, b: number) => 3 - 100 * a + 1000 * b, kept: rows(0.004, 0.001) },
  ])("$name", async ({ of, kept }) => {
    const under = costing(of);
    expect(await confirmed(first, proposed, { cost: await under(first), under })).toEqual(kept);
  });

  it("is not replayed where it changes nothing", async () => {
    const never = () => Promise.reject(new Error("nothing to replay"));
    expect(await confirmed(first, first, { cost: 1, under: never })).toBe(first);
  });
});
