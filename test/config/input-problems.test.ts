import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkedInput } from "../../src/config/input-problems.ts";

const SCHEMA = z.strictObject({
  reason: z.string().min(1),
  profile: z.enum(["ports", "deep"]),
  match: z.strictObject({ host: z.string(), port: z.int().optional() }).optional(),
});
const GOOD = { reason: "x", profile: "deep" };

function problemsOf(input: unknown, schema: z.ZodType = SCHEMA): readonly string[] {
  const checked = checkedInput(schema, input);
  return checked.ok ? [] : checked.problems;
}

describe("input that somebody else sends", () => {
  it.each<[string, unknown, readonly string[]]>([
    ["as it should be", GOOD, []],
    ["a misspelt key", { ...GOOD, raeson: "y" }, ['raeson: unknown key (did you mean "reason"?)']],
    ["a key that means nothing", { ...GOOD, zzz: 1 }, ["zzz: unknown key (known here: reason, profile, match)"]],
    [
      "several of them",
      { ...GOOD, profle: 1, zzz: 1 },
      ['profle: unknown key (did you mean "profile"?)', "zzz: unknown key (known here: reason, profile, match)"],
    ],
    [
      "a misspelt key further in",
      { ...GOOD, match: { host: "a", prot: 1 } },
      ['match.prot: unknown key (did you mean "port"?)'],
    ],
    ["a misspelt word", { ...GOOD, profile: "prots" }, ['profile: must be ports or deep (did you mean "ports"?)']],
    ["another word", { ...GOOD, profile: "everything" }, ["profile: must be ports or deep"]],
    ["a wrong type", { ...GOOD, reason: 7 }, ["reason: must be text, not a number (put it in quotes)"]],
    ["nothing where something is needed", { profile: "deep" }, ["reason: is required and missing"]],
    ["an empty text", { ...GOOD, reason: "" }, ["reason: must not be empty"]],
    ["no group of keys", 7, [expect.stringMatching(/^must be a group of keys, not a number/)]],
  ])("is taken or refused in plain words: %s", (_, input, expected) => {
    expect(problemsOf(input)).toEqual(expected);
  });

  it("with a key as long as a book is refused in one line", () => {
    expect(problemsOf({ ...GOOD, ["k".repeat(10_000)]: 1 })[0]?.length).toBeLessThan(150);
  });

  it("of something that takes no key at all says so", () => {
    expect(problemsOf({ a: 1 }, z.strictObject({}))).toEqual(["a: unknown key (nothing is known here)"]);
  });

  it("is never refused in the words of the schema library, whatever it is", () => {
    fc.assert(
      fc.property(fc.anything(), fc.dictionary(fc.string(), fc.anything()), (one, more) => {
        const said = [...problemsOf(one), ...problemsOf({ ...GOOD, ...more })].join("\n");
        expect(said).not.toMatch(/Invalid|expected|received|Unrecognized/);
      }),
    );
  });
});
