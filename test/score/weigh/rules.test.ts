import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseScoringRules } from "../../../src/score/weigh/rules.ts";
import { RULES_FILE } from "../build.ts";

const TEXT = readFileSync(RULES_FILE, "utf8");

function problems(text: string): readonly string[] {
  const parsed = parseScoringRules(text, "rules.yaml");
  return parsed.ok ? [] : parsed.error;
}

describe("the scoring file", () => {
  it("that is shipped is valid", () => {
    expect(problems(TEXT)).toEqual([]);
  });

  it.each([
    ["an unknown key", "hosts: 3 #", "hots: 3 #", /^rules\.yaml:\d+:3 group\.hosts: .*\n|group\.hots: unknown key/],
    [
      "a rate of one",
      "port-closed: { per_day: 0.004,",
      "port-closed: { per_day: 1,",
      /^rules\.yaml:\d+:\d+ kinds\.port-closed\.per_day: /,
    ],
    ["points with a fraction", "high: 60,", "high: 60.5,", /^rules\.yaml:\d+:\d+ declaration\.high: /],
    ["a table that falls", "[4, 12]", "[4, 1]", /^rules\.yaml:\d+:\d+ rarity\.points: both columns must grow/],
    ["a kind without a rule", "  rollout: {}", "  # rollout: {}", /kinds\.rollout: /],
    ["a kind that does not exist", "  rollout: {}", "  roll-out: {}", /roll-out/],
    ["a key that stands twice", "group:", "context: {}\ngroup:", /this key appears twice/],
    ["no YAML at all", TEXT, "{", /^rules\.yaml:1:/],
    ["an empty file", TEXT, "", /^rules\.yaml:1:1 \(file\): /],
  ])("with %s is refused with its place", (_, find, ...[replace, expected]) => {
    expect(TEXT).toContain(find);
    expect(problems(TEXT.replace(find, replace)).join("\n")).toMatch(expected);
  });
});
