import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Results } from "../../src/domain/baseline.ts";
import { changeShare, withAnswer, withResult } from "../../src/domain/flapping.ts";

/** Looks as text, the oldest first: `1` open, `0` not. */
const after = (looks: string, before: Results | null = null) =>
  looks.split("").reduce<Results | null>((results, look) => withResult(results, look === "1"), before);
const isFlapping = (looks: string) => after(looks)?.flapping === true;

describe("what keeps changing", () => {
  it.each([
    ["open all the time", "1".repeat(40), false],
    ["opened once", "0".repeat(20) + "1".repeat(20), false],
    ["opened and closed again", "0".repeat(10) + "1111" + "0".repeat(10), false],
    ["missed now and then", "111110111111011111110111110111", false],
    ["missed at every other look", "10".repeat(20), false],
    ["open for a look, away for three, again and again", "1000".repeat(6), true],
    ["closed for two looks, again and again", "1100".repeat(6), true],
  ])("%s", (_, looks, expected) => {
    expect(isFlapping(looks)).toBe(expected);
  });

  it.each([
    ["answers all the time", "1".repeat(40), undefined],
    ["was missed twice in a row, again and again", "1100".repeat(10), undefined],
    ["went away once", "1".repeat(10) + "000", { history: 0b1_1111_1111_1111_1111_1000 }],
    ["went away for good", "0".repeat(40), { history: 0 }],
    ["is there for a look and away for three, again and again", "1000".repeat(4), { flapping: true }],
    ["came and went, and stayed for all that is remembered", `${"1000".repeat(4)}${"1".repeat(21)}`, undefined],
  ])("a host that %s", (_, looks, expected) => {
    const results = looks
      .split("")
      .reduce<Results | undefined>((before, look) => withAnswer(before, look === "1"), undefined);
    if (looks.startsWith("1100")) expect(results?.flapping).toBeUndefined();
    else if (expected === undefined) expect(results).toBeUndefined();
    else expect(results).toMatchObject(expected);
  });

  it("begins at a fifth and ends below a twentieth, not in between", () => {
    const flapping = after("1000".repeat(5));
    expect(flapping?.flapping).toBe(true);
    const ends = Array.from({ length: 30 }, (_, n) => after("1".repeat(n), flapping)?.flapping === true);
    const last = ends.lastIndexOf(true);
    expect(ends.slice(0, last + 1).every(Boolean)).toBe(true);
    expect(last).toBeGreaterThan(12);
    expect(last).toBeLessThan(22);
  });

  it("a steady look begins nothing, whatever happened before it was watched", () => {
    const history = 0b1000_1000_1000_1111_1111;
    expect(changeShare(history)).toBeGreaterThan(20);
    expect(withResult({ history }, true).flapping).toBeUndefined();
  });

  it("a change weighs less the older it is, and the share stays within a hundred", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 21 - 1), (history) => {
        expect(changeShare(history)).toBeGreaterThanOrEqual(0);
        expect(changeShare(history)).toBeLessThanOrEqual(100);
      }),
    );
    expect(changeShare(0b1111)).toBeGreaterThan(changeShare(0b1111_1111_1111));
  });
});
