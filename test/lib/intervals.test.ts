import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EMPTY,
  formatIntervals,
  fromNumbers,
  includes,
  normalise,
  parseIntervals,
  size,
  subtract,
  toNumbers,
  union,
} from "../../src/lib/intervals.ts";

const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
const sorted = (list: Iterable<number>) => [...new Set(list)].toSorted((a, b) => a - b);

describe("intervals behave like sets", () => {
  it("whose members come back, each once and in order", () => {
    fc.assert(
      fc.property(numbers, (a) => {
        expect(toNumbers(fromNumbers(a))).toEqual(sorted(a));
      }),
    );
  });

  it("with one form for one set, whatever it was made from", () => {
    fc.assert(
      fc.property(numbers, (a) => {
        const form = fromNumbers(a);
        expect(fromNumbers(a.toReversed())).toEqual(form);
        expect(normalise([...form, ...form])).toEqual(form);
        for (const [i, [from]] of form.entries()) if (i > 0) expect(from).toBeGreaterThan((form[i - 1]?.[1] ?? 0) + 1);
      }),
    );
  });

  it("for union, difference, membership and size", () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [x, y] = [fromNumbers(a), fromNumbers(b)];
        expect(toNumbers(union(x, y))).toEqual(sorted([...a, ...b]));
        expect(toNumbers(subtract(x, y))).toEqual(sorted(a.filter((n) => !b.includes(n))));
        expect(size(x)).toBe(a.length);
        for (let n = 0; n <= 61; n++) expect(includes(x, n)).toBe(a.includes(n));
      }),
    );
  });

  it("written and read as nmap writes port lists", () => {
    fc.assert(
      fc.property(numbers, (a) => {
        const form = fromNumbers(a);
        expect(parseIntervals(formatIntervals(form))).toEqual(form);
      }),
    );
    expect(formatIntervals(fromNumbers([22, 80, 81, 82]))).toBe("22,80-82");
  });
});

describe("a port list", () => {
  it.each(["x", "1-", "-1", "1,,2", "1 2", "٣", "1-2-3", "99999999"])("%j is none", (text) =>
    expect(parseIntervals(text)).toBeNull(),
  );

  it("may be empty", () => expect(parseIntervals("")).toEqual(EMPTY));
  it("that runs backwards is empty, and adds no port", () => expect(parseIntervals("5-1")).toEqual(EMPTY));
});
