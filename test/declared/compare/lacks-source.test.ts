import { expect, it } from "vitest";
import { drift } from "../../../src/declared/compare/drift.ts";
import { lacksSource } from "../../../src/declared/compare/lacks-source.ts";
import { host } from "../../baseline/world.ts";
import { declared } from "../support/declarations.ts";

const HERE = "10.0.0.5";

it.each([
  ["more than 30 % of 10 endpoints", 10, 4, true],
  ["exactly 30 %", 10, 3, false],
  ["more than 30 % of 13", 13, 4, true],
  ["all of too few to tell", 9, 8, false],
  ["none", 20, 0, false],
])("a source is probably missing when so much is undeclared: %s", (_, live, undeclared, expected) => {
  const ports = Array.from({ length: live }, (__, i) => ({ number: i + 1 }));
  const report = drift({
    state: declared([{ host: HERE, port: undeclared + 1, to: 65_535 }]),
    observations: [host({ address: HERE, ports })],
    vantageDegraded: false,
    vantageAddress: null,
    remembered: () => new Map(),
  });
  expect([report.live, report.findings.length]).toEqual([live, undeclared]);
  expect(lacksSource(report)).toBe(expected);
});
