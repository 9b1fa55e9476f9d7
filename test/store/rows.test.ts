import { describe, expect, it } from "vitest";
import { integer, integerOrNull, list, oneOf, realOrNull, text, textOrNull } from "../../src/store/rows.ts";

const CHECKS = {
  integer,
  integerOrNull,
  realOrNull,
  text,
  textOrNull,
  list,
  oneOf: (value: unknown) => oneOf(value, ["up", "gone"]),
};

describe("cells of damaged pages", () => {
  it.each<[keyof typeof CHECKS, readonly unknown[], readonly unknown[]]>([
    ["integer", [0, -1, Number.MAX_SAFE_INTEGER], [null, "1", 1.5, Number.NaN, 2 ** 53, 1n, undefined, true]],
    ["integerOrNull", [null, 0], [undefined, "", 0.5]],
    ["realOrNull", [null, 0, 1.5, -2], [undefined, "1", 1n, new Uint8Array(1)]],
    ["text", ["", "a", "\u0000"], [null, 1, undefined, new Uint8Array(1)]],
    ["textOrNull", [null, ""], [undefined, 0]],
    ["list", [[], [1, "a"]], [null, {}, "[]", { length: 0 }]],
    ["oneOf", ["up", "gone"], [null, "", "UP", "up ", 0, undefined]],
  ])("%s", (name, good, bad) => {
    for (const value of good) expect(CHECKS[name](value)).toBe(value);
    for (const value of bad) expect(() => CHECKS[name](value)).toThrow(TypeError);
  });

  it("are shown shortened: a page may hold anything", () => {
    expect(() => integer("x".repeat(10_000))).toThrow(/^.{1,120}$/);
    expect(() => oneOf("y".repeat(10_000), ["up"])).toThrow(/up/);
    expect(() => text(undefined)).toThrow(/nothing/);
  });
});
