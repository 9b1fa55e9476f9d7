import { describe, expect, test } from "vitest";
import type { HostBaseline } from "../../../src/domain/baseline.ts";
import { sentinelControl, sentinelsOf } from "../../../src/scan/quality/sentinels.ts";
import { baselineOf, hostBaseline, portBaseline } from "../../store/support/samples.ts";

const SCANS = 40;
const steady = (id: string, more: Partial<HostBaseline> = {}) => hostBaseline(id, { covered: SCANS, ...more });
const chosen = (...hosts: readonly HostBaseline[]) =>
  sentinelsOf(baselineOf(hosts, { scans: SCANS })).map((host) => host.id);

describe("a sentinel", () => {
  test.each<[string, Partial<HostBaseline>, boolean]>([
    ["that answered in every covered scan", {}, true],
    ["that missed one of twenty", { covered: SCANS - 2 }, true],
    ["that missed more", { covered: SCANS - 3 }, false],
    ["that is silent since the last scan", { misses: 1 }, false],
    ["that is gone", { current: "gone" }, false],
    ["that nobody accepted yet", { reference: "new" }, false],
    ["that serves nothing", { ports: new Map() }, false],
    ["whose ports are all closed", { ports: new Map([["tcp/80", portBaseline(80, { current: "closed" })]]) }, false],
  ])("%s: %s", (_, more, expected) => expect(chosen(steady("a", more))).toEqual(expected ? ["a"] : []));

  test("needs five covered scans", () => {
    const young = sentinelsOf(baselineOf([hostBaseline("a", { covered: 4 })], { scans: 4 }));
    expect(young).toEqual([]);
  });

  test("is one of the five best known, equal ones in the order of their ids", () => {
    const hosts = ["f", "b", "d", "a", "e", "c"].map((id) => steady(id, id === "f" ? { covered: SCANS + 1 } : {}));
    expect(chosen(...hosts)).toEqual(["f", "a", "b", "c", "d"]);
  });
});

describe("the control over the sentinels", () => {
  const three = ["a", "b", "c"].map((id) => steady(id));
  const control = (up: readonly string[], unmeasured: readonly string[] = [], hosts = three) =>
    sentinelControl(hosts, { up: new Set(up), unmeasured: new Set(unmeasured) }).result;

  test.each([
    ["all answer", ["a", "b", "c"], [], "ok"],
    ["one answers", ["c"], [], "ok"],
    ["none answers", [], [], "failed"],
    ["one was not asked, so that too few are left", [], ["a"], "not-applicable"],
  ] as const)("when %s", (_, up, unmeasured, expected) => expect(control(up, unmeasured)).toBe(expected));

  test("does not exist with fewer than three", () => expect(control([], [], three.slice(1))).toBe("not-applicable"));
});
