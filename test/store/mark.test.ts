import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAhead, openMark, readMark } from "../../src/store/mark.ts";
import { tempDir } from "../support/temp-dir.ts";

const number = fc.nat({ max: 2 ** 31 });

describe("the mark", () => {
  it("is read as it was written, whatever was there before, and is always as long", () => {
    const directory = tempDir();
    const file = openMark(directory);
    fc.assert(
      fc.property(number, number, (epoch, counter) => {
        file.write({ epoch, counter });
        expect(readMark(directory)).toEqual({ epoch, counter });
        expect(statSync(join(directory, "store.mark")).size).toBe(64);
      }),
    );
    file.close();
  });

  it("is this user's alone, and opening it loses nothing", () => {
    const directory = tempDir();
    const first = openMark(directory);
    first.write({ epoch: 2, counter: 7 });
    first.close();
    openMark(directory).close();
    expect(readMark(directory)).toEqual({ epoch: 2, counter: 7 });
    expect(statSync(join(directory, "store.mark")).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["there is none", null],
    ["nothing", ""],
    ["another version", "tripline-mark 2 1 1 \n"],
    ["a number too long to be one", `tripline-mark 1 1 ${"9".repeat(16)} \n`],
    ["a negative number", "tripline-mark 1 1 -1 \n"],
    ["the first half of a line", "tripline-mark 1 1 12"],
    ["two lines", "tripline-mark 1 1 1\ntripline-mark 1 1 2\n"],
    ["zeros, as after a power cut", "\0".repeat(64)],
  ])("says nothing when it is %s", (_, content) => {
    const directory = tempDir();
    if (content !== null) writeFileSync(join(directory, "store.mark"), content);
    expect(readMark(directory)).toBeNull();
  });

  it("cut anywhere never says another number than the one it held", () => {
    const directory = tempDir();
    const file = openMark(directory);
    file.write({ epoch: 1, counter: 123_456 });
    file.close();
    const whole = readFileSync(join(directory, "store.mark"));
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(join(directory, "store.mark"), whole.subarray(0, length));
      expect(readMark(directory)).toBeNull();
    }
  });
});

describe("a mark that is ahead of the store", () => {
  it.each([
    [{ epoch: 1, counter: 5 }, { epoch: 1, counter: 5 }, false],
    [{ epoch: 1, counter: 6 }, { epoch: 1, counter: 5 }, true],
    [{ epoch: 1, counter: 4 }, { epoch: 1, counter: 5 }, false],
    [{ epoch: 2, counter: 1 }, { epoch: 1, counter: 5 }, true],
    [{ epoch: 1, counter: 9 }, { epoch: 2, counter: 5 }, false],
  ])("%j against %j: %s", (mark, stored, expected) => {
    expect(isAhead(mark, stored)).toBe(expected);
  });

  it("of two different ones exactly one is ahead", () => {
    const mark = fc.record({ epoch: fc.nat(3), counter: fc.nat(3) });
    fc.assert(
      fc.property(mark, mark, (a, b) => {
        const same = a.epoch === b.epoch && a.counter === b.counter;
        expect(Number(isAhead(a, b)) + Number(isAhead(b, a))).toBe(same ? 0 : 1);
      }),
    );
  });
});
