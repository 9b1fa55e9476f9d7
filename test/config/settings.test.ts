import { expect, test } from "vitest";
import { seenAs } from "../../src/config/settings.ts";

test.each<[string, string[], string | null, string | null]>([
  ["what was found, where nothing is configured", [], "10.0.0.2", "10.0.0.2"],
  ["what is configured, behind address translation", ["203.0.113.5"], "10.0.0.2", "203.0.113.5"],
  ["the configured one of the family that was found", ["203.0.113.5", "2001:db8::5"], "2001:db8:1::2", "2001:db8::5"],
  ["what was found, where only the other family is configured", ["203.0.113.5"], "2001:db8:1::2", "2001:db8:1::2"],
  ["the first configured one, where nothing was found", ["203.0.113.5", "2001:db8::5"], null, "203.0.113.5"],
  ["nothing at all", [], null, null],
])("targets see us as %s", (_, configured, found, expected) => {
  expect(seenAs(configured, found)).toBe(expected);
});
