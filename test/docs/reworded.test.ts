import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PAGE, pageOf, rowsOf } from "../../scripts/reworded/page.ts";
import { byText, pairs, type Texts } from "../../scripts/reworded/pairs.ts";
import { textsIn, textsOfToday } from "../../scripts/reworded/texts.ts";

const ROWS = rowsOf(readFileSync(PAGE, "utf8"));

describe("the table of reworded texts", () => {
  it("has rows, and is what the script writes of them", () => {
    expect(ROWS.length).toBeGreaterThan(150);
    expect(pageOf(ROWS)).toBe(readFileSync(PAGE, "utf8"));
  });

  it("names texts that the program says, and as former ones those that it says no longer (else: npm run reworded)", () => {
    const today = textsOfToday();
    expect(ROWS.filter(([, now]) => !today.has(now))).toEqual([]);
    expect(ROWS.filter(([before]) => today.has(before))).toEqual([]);
  });
});

describe("rows of several commits", () => {
  it("name each former text once, in the order of the texts", () => {
    const rows = [
      ["b", "of the older commit"],
      ["a", "x"],
      ["b", "of the newer commit"],
    ] as const;
    expect(byText(rows)).toEqual([
      ["a", "x"],
      ["b", "of the older commit"],
    ]);
  });
});

const texts = (source: string, file = "one.ts"): Texts => textsIn([file], () => source);

describe("a text is paired", () => {
  it.each([
    [
      "with the one that says the same in other words",
      'a("it is no file")',
      'a("it is not a file")',
      [["it is no file", "it is not a file"]],
    ],
    [
      "also when it has values in it",
      "a(`${x} is no file`)",
      "a(`${y.z} is not a file`)",
      [["… is no file", "… is not a file"]],
    ],
    ["but not when it only moved", 'a("it is no file")', 'other("it is no file")', []],
    ["nor when nothing of it is left", 'a("it is no file")', 'a("both outputs are down")', []],
    ["nor when only words of grammar are common", 'a("It is not for us.")', 'a("it is not on")', []],
    ["nor when something was only added", 'a("it is no file")', 'a("it is no file: name another one")', []],
    ["nor with a few words that are part of it", 'a("no file has 3 covered scans")', 'a("covered scans")', []],
    ["nor on the page of a kind", 'a({ page: ["it is no file"] })', 'a({ page: ["it is not a file"] })', []],
    ["nor when it is a statement for the database", 'a("SELECT one FROM two")', 'a("SELECT one FROM three")', []],
    ["nor when it is an example of a command", 'a("tripline scan now")', 'a("tripline scan later")', []],
  ])("%s", (_, before, after, expected) => {
    expect(pairs(texts(before), texts(after))).toEqual(expected);
  });

  it("in another file only when they share more than one word that means something", () => {
    expect(pairs(texts('a("It is over.")', "one.ts"), texts('a("is over")', "two.ts"))).toEqual([]);
    const before = texts('a("no reader answers here")', "one.ts");
    const after = texts('a("a reader answers here")', "two.ts");
    expect(pairs(before, after)).toEqual([["no reader answers here", "a reader answers here"]]);
  });

  it("with what says the same, not with another text of the same grammar", () => {
    const before = texts("a(`The banner of ${x} on ${y} is what it was`)");
    const after = texts(
      "[a(`nothing of it was seen on ${x}`), a(`The banner of ${x} on ${y} is back to its known value`)]",
    );
    expect(pairs(before, after)).toEqual([
      ["The banner of … on … is what it was", "The banner of … on … is back to its known value"],
    ]);
  });

  it("with the nearest of several, once", () => {
    const before = texts('[a("the key is not known here"), a("the key is not read here")]');
    const after = texts('[a("the key is not known in this place"), a("the key is never read here")]');
    expect(pairs(before, after)).toEqual([
      ["the key is not known here", "the key is not known in this place"],
      ["the key is not read here", "the key is never read here"],
    ]);
  });
});
