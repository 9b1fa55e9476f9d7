import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions } from "../../../src/domain/fields/version-order.ts";

describe("which version is older", () => {
  const cases: readonly (readonly [string, "<" | "=" | "?", string])[] = [
    ["1.9", "<", "1.10"],
    ["9.6", "<", "9.6p1"],
    ["9.6p1", "<", "9.8p1"],
    ["1.2rc1", "<", "1.2"],
    ["1.2-alpha", "<", "1.2-beta2"],
    ["1.1.1k", "<", "1.1.1w"],
    ["8.2p1 Ubuntu 4ubuntu0.5", "<", "8.2p1 Ubuntu 4ubuntu0.11"],
    ["2.4.41 (Ubuntu)", "<", "2.4.52 (Debian)"],
    ["8.9p1 Ubuntu 3", "?", "8.9p1 Debian 3"],
    ["1.0", "=", "1.0"],
    ["1-0", "=", "1.0"],
    ["007", "=", "7"],
    ["1.99999999999999999999", "<", "1.100000000000000000000"],
    ["", "<", "1"],
  ];
  it.each(cases)("%s %s %s", (a, relation, b) => {
    const [forth, back] = [compareVersions(a, b), compareVersions(b, a)];
    const shown = forth === null ? "?" : forth < 0 ? "<" : forth === 0 ? "=" : ">";
    expect(shown).toBe(relation);
    expect(back === null ? null : Math.sign(back)).toBe(forth === null ? null : 0 - Math.sign(forth));
  });
  it("is antisymmetric and total on any text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const [forth, back] = [compareVersions(a, b), compareVersions(b, a)];
        expect(back === null ? null : Math.sign(back) + 0).toBe(forth === null ? null : 0 - Math.sign(forth));
        expect(compareVersions(a, a)).toBe(0);
      }),
    );
  });
});
