import { describe, expect, it } from "vitest";
import { type DeclaredMemory, driftOfCycle } from "../../../src/declared/compare/cycle-drift.ts";
import { missingEndpoints } from "../../../src/declared/compare/missing-endpoints.ts";
import { settledAt } from "../../../src/declared/compare/settled-port.ts";
import type { SegmentBaseline } from "../../../src/domain/baseline.ts";
import type { CycleView } from "../../../src/domain/cycle.ts";
import type { DeclaredState } from "../../../src/domain/declaration.ts";
import type { HostObservation } from "../../../src/domain/observation.ts";
import { cycle, type CycleOptions, host, learned, mac, type PortLike } from "../../baseline/world.ts";
import { declared, source } from "../support/declarations.ts";

const HERE = "10.0.0.5";
const TCP_443 = { transport: "tcp", number: 443 } as const;
const SSH: PortLike = { number: 22, service: "ssh" };
const WEB: PortLike = { number: 443, service: "https", product: "nginx" };
const ROWS = [
  { host: HERE, port: 22 },
  { host: HERE, port: 443 },
];
const silent: HostObservation["otherStates"] = [{ state: "filtered", count: 990, transport: "tcp" }];

function seen(ports: readonly PortLike[], more: Partial<Parameters<typeof host>[0]> = {}): HostObservation {
  return host({ address: HERE, mac: mac(5), ports, ...more });
}

/** Scans one after the other on top of what is known, each compared with what is declared and what the former kept. */
function follow(
  baseline: SegmentBaseline,
  scans: readonly (readonly HostObservation[])[],
  now: DeclaredState,
): readonly (readonly string[])[] {
  let known = baseline;
  let memory: DeclaredMemory = { declared: now, declaredBefore: null };
  return scans.map((scan) => {
    const { view, lesson } = cycle(known, scan);
    const { deviations, look } = driftOfCycle(view, memory);
    known = lesson.baseline;
    memory = { declared: now, declaredBefore: look.keep ?? memory.declaredBefore };
    return deviations.map(({ kind, subject, declared: of }) => {
      return `${kind} ${subject} ${of?.firstEvaluation === true ? "inventory" : "news"}`;
    });
  });
}

const KNOWN = learned([seen([SSH, WEB])], 6);
const STATE = declared(ROWS);
const [missing] = [seen([SSH])];
const steady = seen([SSH, WEB]);

describe("a declared endpoint over several cycles", () => {
  it.each<[string, readonly (readonly HostObservation[])[], readonly (readonly string[])[]]>([
    [
      "that closes with a reset is told at the second miss",
      [[steady], [missing], [missing]],
      [[], [], ["missing-endpoint tcp/443 news"]],
    ],
    [
      "that falls silent is told at the third",
      [[steady], ...Array.from({ length: 3 }, () => [seen([SSH], { otherStates: silent })])],
      [[], [], [], ["missing-endpoint tcp/443 news"]],
    ],
    ["that comes back in between is not told", [[steady], [missing], [steady], [missing]], [[], [], [], []]],
    [
      "that is not measured in between keeps its misses",
      [[steady], [missing], [seen([SSH], { covered: [[1, 100]] })], [missing]],
      [[], [], [], ["missing-endpoint tcp/443 news"]],
    ],
    [
      "that was missing when it was first declared is inventory",
      [[missing], [missing]],
      [[], ["missing-endpoint tcp/443 inventory"]],
    ],
    [
      "that was missing first, opened and closed again is news",
      [[missing], [steady], [missing], [missing]],
      [[], [], [], ["missing-endpoint tcp/443 news"]],
    ],
  ])("%s", (_, scans, expected) => {
    expect(follow(KNOWN, scans, STATE)).toEqual(expected);
  });

  it("that was never open is settled by the scans that covered it", () => {
    const never = learned([seen([SSH])], 6);
    expect(follow(never, [[missing]], STATE)).toEqual([["missing-endpoint tcp/443 inventory"]]);
  });

  it("on a host that is new waits for its second scan", () => {
    const before = learned([host({ address: "10.0.0.9", mac: mac(9) })], 6);
    expect(follow(before, [[missing], [missing]], STATE)).toEqual([[], ["missing-endpoint tcp/443 inventory"]]);
  });
});

function view(observations: readonly HostObservation[], options: CycleOptions = {}): CycleView {
  return cycle(KNOWN, observations, options).view;
}

const drifted = (at: CycleView, memory: Partial<DeclaredMemory> = {}) =>
  driftOfCycle(at, { declared: STATE, declaredBefore: STATE, ...memory });

describe("what declarations mean for one cycle", () => {
  it("nothing declared: nothing found, nothing expected, and what was kept is forgotten", () => {
    expect(drifted(view([steady]), { declared: null })).toEqual({
      outcome: null,
      deviations: [],
      expected: new Map(),
      look: { keep: { declarations: [], sources: [] }, summaries: [] },
    });
    expect(drifted(view([steady]), { declared: null, declaredBefore: null }).look.keep).toBeNull();
  });

  it("open ports that are declared are expected, by host", () => {
    const at = view([seen([SSH, WEB, { number: 81 }])]);
    const [only] = at.hosts;
    expect(drifted(at).expected).toEqual(new Map([[only?.id, new Set(["tcp/22", "tcp/443"])]]));
  });

  it.each<[string, CycleOptions, string]>([
    ["the whole scope was asked", {}, "complete"],
    ["a part was asked on purpose", { summary: { narrowed: true } }, "aside"],
    ["the scan failed", { summary: { completeness: "failed" } }, "aside"],
    ["the scan was cut", { summary: { completeness: "partial" } }, "incomplete"],
    ["the vantage is degraded", { vantage: { state: "degraded" } }, "incomplete"],
  ])("how far the first look comes when %s", (_, options, expected) => {
    const { look } = drifted(view([missing], options), { declaredBefore: null });
    const looks = look.keep?.firstLook?.looks ?? 0;
    const found = look.keep?.sources.length === 1 ? "complete" : looks === 0 ? "aside" : "incomplete";
    expect(found).toBe(expected);
    expect(look.summaries.map(({ file }) => file)).toEqual(expected === "complete" ? ["a.csv"] : []);
  });

  it("the reason why a scan is not complete comes with the outcome", () => {
    const { outcome } = drifted(view([missing], { summary: { completeness: "partial", reason: "cut" } }));
    expect(outcome).toMatchObject({ completeness: "partial", incomplete: ["cut"], degraded: false });
    expect(drifted(view([missing])).outcome?.incomplete).toEqual([]);
  });

  it("a known host that was not reached is left over for the first look, by its name too", () => {
    const named = learned([seen([SSH, WEB], { name: "web.example" })], 6);
    const state = declared([{ host: "web.example", port: 443 }]);
    const at = cycle(named, [], { asked: [] }).view;
    const { look } = driftOfCycle(at, { declared: state, declaredBefore: null });
    expect(look.keep?.firstLook?.unmeasured).toEqual([{ file: "a.csv", hosts: [HERE] }]);
  });

  it("a host whose ports were not covered, but showed one, was measured", () => {
    const { look } = drifted(view([seen([SSH], { covered: null })]), { declaredBefore: null });
    expect(look.keep?.firstLook).toBeUndefined();
    const dark = drifted(view([seen([], { covered: null })]), { declaredBefore: null });
    expect(dark.look.keep?.firstLook?.unmeasured).toEqual([{ file: "a.csv", hosts: [HERE] }]);
  });

  it("the address of the vantage decides which scopes mean us", () => {
    const scoped = (scope: string) =>
      declared([
        { host: HERE, port: 22 },
        { host: HERE, port: 443, scope: [scope] },
      ]);
    const found = ["10.0.0.0/24", "10.9.0.0/16"].map((scope) => {
      return drifted(view([missing]), { declared: scoped(scope) }).outcome?.report.findings.length;
    });
    expect(found).toEqual([1, 0]);
  });
});

describe("a port with its memory", () => {
  const at = (known: SegmentBaseline, observation: HostObservation) =>
    settledAt(cycle(known, [observation]).view.hosts[0], TCP_443);

  it.each<[string, HostObservation, object]>([
    ["known open, one reset", missing, { state: "open", pending: true, misses: 1 }],
    ["open", steady, { state: "open", pending: false, misses: 0 }],
    ["not measured", seen([SSH], { covered: [[1, 100]] }), { state: "open", measured: false }],
  ])("%s", (_, observation, expected) => {
    expect(at(KNOWN, observation)).toMatchObject(expected);
  });

  it.each([
    [1, "closed", true, 1],
    [2, "closed", false, 2],
    [4, "closed", false, 4],
  ])("never open: scan %i of it is %s, pending: %s", (n, state, pending, misses) => {
    const before = learned([seen([SSH])], n - 1);
    expect(at(before, missing)).toMatchObject({ state, pending, misses, measured: true });
  });

  it("never open and silent: one scan more", () => {
    const quiet = seen([SSH], { otherStates: silent });
    expect([1, 2].map((n) => at(learned([quiet], n), quiet)?.pending)).toEqual([true, false]);
  });

  it("of a host that is not there nothing is known", () => {
    expect(settledAt(undefined, TCP_443)).toBeNull();
  });
});

describe("declared endpoints to be searched on other ports", () => {
  const OTHER = host({ address: "10.0.0.6", mac: mac(6), ports: [SSH] });
  const both = declared([...ROWS, { host: "10.0.0.6", port: 80 }]);

  it("are the missing ones of hosts that are up, the longest missed first", () => {
    const once = learned([seen([SSH, WEB]), OTHER], 1);
    const again = cycle(once, [missing, OTHER]);
    const { view: at } = cycle(again.lesson.baseline, [missing, OTHER]);
    expect(
      missingEndpoints(at, both).map(({ address, port, misses }) => `${address} ${port.number} ${misses}`),
    ).toEqual(["10.0.0.6 80 3", "10.0.0.5 443 2"]);
  });

  it.each<[string, readonly HostObservation[], CycleOptions, DeclaredState | null, number]>([
    ["missed once", [missing], {}, STATE, 1],
    ["nothing is missing", [steady], {}, STATE, 0],
    ["from a degraded vantage none", [missing], { vantage: { state: "degraded" } }, STATE, 0],
    ["nothing is declared", [missing], {}, null, 0],
    ["its host is down", [seen([], { state: "down" })], {}, STATE, 0],
    ["only what must open", [missing], {}, declared([{ host: HERE, port: 440, to: 450 }]), 0],
    [
      "also while a source cannot be read",
      [missing],
      {},
      { ...STATE, sources: [source("a.csv", { state: "unreadable" })] },
      1,
    ],
  ])("%s", (_, observations, options, state, expected) => {
    expect(missingEndpoints(view(observations, options), state)).toHaveLength(expected);
  });

  it("not for longer than a silent port takes to be settled", () => {
    let known = KNOWN;
    const counts = [1, 2, 3, 4].map(() => {
      const { view: at, lesson } = cycle(known, [missing]);
      known = lesson.baseline;
      return missingEndpoints(at, STATE).length;
    });
    expect(counts).toEqual([1, 1, 1, 0]);
  });
});
