import { describe, expect, it } from "vitest";
import { driftOfRecorded, type RecordedNetwork } from "../../../src/declared/compare/recorded-drift.ts";
import { host } from "../../baseline/world.ts";
import { declared } from "../support/declarations.ts";

const STATE = declared([
  { host: "10.0.0.1", port: 80 },
  { host: "10.0.0.2", port: 80 },
]);

function recorded(more: Partial<RecordedNetwork> = {}) {
  return driftOfRecorded(STATE, {
    observations: [host({ address: "10.0.0.1", ports: [{ number: 80 }] }), host({ address: "10.0.0.7" })],
    vantageAddress: null,
    remembered: () => new Map(),
    completeness: "complete",
    incomplete: [],
    degraded: false,
    asked: () => true,
    isOutage: () => false,
    ...more,
  });
}

const kinds = (outcome: ReturnType<typeof recorded>) =>
  outcome.report.findings.map(({ kind, host: at }) => `${kind} ${at}`);

describe("recorded scans against what is declared", () => {
  it("a declared host that was asked and is not listed does not answer", () => {
    expect(kinds(recorded())).toEqual(["expected-endpoint-blocked 10.0.0.2"]);
  });

  it("one that was not asked is not measured", () => {
    const outcome = recorded({ asked: (address) => address !== "10.0.0.2" });
    expect(kinds(outcome)).toEqual([]);
    expect(outcome.report).toMatchObject({ notMeasured: 1, declaredEndpoints: 2 });
  });

  it("only the declared hosts tell whether it is an outage, the silent ones among them", () => {
    const told: (readonly string[])[] = [];
    recorded({ isOutage: (hosts) => (told.push(hosts.map(({ address, state }) => `${address} ${state}`)), false) });
    expect(told).toEqual([["10.0.0.1 up", "10.0.0.2 down"]]);
  });

  it.each([
    ["the scan says so", { degraded: true }],
    ["so many declared hosts are silent", { isOutage: () => true }],
  ])("nothing absent is concluded when the vantage fails: %s", (_, more) => {
    const outcome = recorded(more);
    expect(kinds(outcome)).toEqual([]);
    expect(outcome.degraded).toBe(true);
  });

  it("what was compared and how complete it is comes with it", () => {
    const outcome = recorded({ completeness: "partial", incomplete: ["scan.xml: cut"] });
    expect(outcome).toMatchObject({
      state: STATE,
      completeness: "partial",
      incomplete: ["scan.xml: cut"],
      degraded: false,
    });
  });
});
