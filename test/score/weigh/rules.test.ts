import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseScoringRules } from "../../../src/score/weigh/rules.ts";
import { RULES_FILE } from "../build.ts";

const TEXT = readFileSync(RULES_FILE, "utf8");

function refusal(text: string): string {
  const parsed = parseScoringRules(text, "rules.yaml");
  return parsed.ok ? "" : parsed.error;
}

describe("the scoring file", () => {
  it("that is shipped is valid", () => {
    expect(refusal(TEXT)).toBe("");
  });

  it.each([
    ["a misspelt key", "hosts: 3", "hots: 3", "group.hots: unknown key", '^^^^  did you mean "hosts"?'],
    [
      "a rate of one",
      "port-closed: { per_day: 0.004,",
      "port-closed: { per_day: 1,",
      "kinds.port-closed.per_day: must be less than 1",
      "^",
    ],
    [
      "a misspelt word where a number may be too",
      "port-opened: { per_day: class",
      "port-opened: { per_day: clas",
      "kinds.port-opened.per_day: must be a number or class",
      '^^^^  did you mean "class"?',
    ],
    [
      "points with a fraction",
      "high: 60,",
      "high: 60.5,",
      "declaration.high: must be a whole number, not a fraction",
      "^^^^  write a whole number, without quotes",
    ],
    ["points that do not end", "high: 60,", "high: .inf,", "declaration.high: must be a number, not .inf", "^^^^"],
    ["too many points", "high: 60,", "high: 101,", "declaration.high: must be 100 or less", "^^^"],
    ["a row with one column", "[4, 12]", "[4]", "rarity.points.2: needs at least 2 entries", "^^^"],
    ["a table that falls", "[4, 12]", "[4, 1]", "rarity.points: both columns must grow from row to row", "^"],
    ["a kind without a rule", "  rollout: {}", "  # rollout: {}", "kinds.rollout: is required and missing", "^^^^^"],
    [
      "a kind that does not exist",
      "  rollout: {}",
      "  roll-out: {}",
      "kinds.roll-out: unknown key",
      '^^^^^^^^  did you mean "rollout"?',
    ],
    [
      "a role that does not exist",
      "rollout: {}",
      "rollout: { by_role: { sever: { points: 1, at_most: 2 } } }",
      "kinds.rollout.by_role.sever: unknown key",
      '^^^^^  did you mean "server"?',
    ],
    [
      "a product in upper case",
      "products: [",
      "products: [SSH, ",
      "exposure.classes.remote-admin.products.0: must be in lower case",
      "^^^",
    ],
    ["the version in quotes", "version: 1", 'version: "1"', "version: must be 1", "^^^  write it without quotes"],
    ["a key that stands twice", "group:", "context: {}\ngroup:", "this key appears twice", "^"],
    ["a bracket that never closes", TEXT, "{", "a closing } is missing", "^"],
    ["an empty file", TEXT, "", "must be a group of keys, not empty", "^  write its keys below it: version, rarity"],
    ["a list", TEXT, "- 1", "must be a group of keys, not a list", "^^^  write its keys"],
    ["UTF-16", TEXT, "v\0e\0r\0s\0", "this is UTF-16, not UTF-8 text", "^"],
  ])("with %s is refused with its place, the line and what to write", (_, find, ...[replace, message, caret]) => {
    expect(TEXT).toContain(find);
    const said = refusal(TEXT.replace(find, replace));
    const lines = said.split("\n");
    const at = lines.findIndex((line) => line.includes(`  ${message}`));
    expect(lines[at]).toMatch(/^rules\.yaml:\d+:\d+ {2}/);
    expect(lines[at + 1]).toMatch(/^ +\d+ \| /);
    expect(lines[at + 2]).toContain(caret);
    expect(said).not.toMatch(/invalid|expected|received|too (small|big)|regex|pattern|enum/i);
  });
});
