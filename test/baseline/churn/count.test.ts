import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptAnomaly } from "../../../src/baseline/accept.ts";
import { learn } from "../../../src/baseline/learn.ts";
import type { HostBaseline, SegmentBaseline } from "../../../src/domain/baseline.ts";
import { faded, fadedSpan, lifeOf } from "../../../src/domain/churn.ts";
import type { HostObservation } from "../../../src/domain/observation.ts";
import { anomalyOf } from "../anomaly-of.ts";
import { cycle, host, type HostLike, learned, mac, os, type PortLike, series } from "../world.ts";

const SSH = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2p1", ssh: "k1" } as const;
const A: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [SSH] };
const QUIET = host(A);

function showing(...ports: readonly PortLike[]): HostObservation {
  return host({ ...A, ports: [SSH, ...ports] });
}

function churnOf(baseline: SegmentBaseline | undefined): readonly string[] {
  return [...(baseline?.hosts.values() ?? [])]
    .flatMap((one) => [...(one.churn ?? new Map()).keys()])
    .toSorted((a, b) => (a < b ? -1 : 1));
}

function after(scans: readonly (readonly HostObservation[])[]): SegmentBaseline | undefined {
  return series(learned([QUIET]), scans).at(-1)?.lesson.baseline;
}

const STRANGER = host({ address: "10.0.0.99", mac: mac(99) });
const NODE_PORT = { number: 31_000, service: "http" } as const;
const twice = <T>(one: T): readonly T[] => [one, one];

describe("a hit of a kind is what happened and was settled", () => {
  it.each<readonly [string, readonly (readonly HostObservation[])[], readonly string[]]>([
    ["a steady host has none", [[QUIET], [QUIET]], []],
    ["a port that is still open is none", [[showing(NODE_PORT)], [showing(NODE_PORT)]], []],
    [
      "a port that closed again by itself is one of its class and of what it showed",
      [[showing(NODE_PORT)], ...twice([QUIET])],
      ["port-opened nodeport http"],
    ],
    [
      "a port that said nothing is one of the unknown",
      [[showing({ number: 4444 })], ...twice([QUIET])],
      ["port-opened registered ?"],
    ],
    ["a normal port that is closed is none yet", twice([host({ ...A, ports: [] })]), []],
    [
      "a normal port that came back is a closing",
      [...twice([host({ ...A, ports: [] })]), [QUIET]],
      ["port-closed well-known"],
    ],
    ["a version that stays is none yet", [[host({ ...A, ports: [{ ...SSH, version: "9.6p1" }] })]], []],
    [
      "a newer version that went back is a change forward",
      [[host({ ...A, ports: [{ ...SSH, version: "9.6p1" }] })], [QUIET]],
      ["version-changed"],
    ],
    [
      "an older version that went back is a downgrade, and only that",
      [[host({ ...A, ports: [{ ...SSH, version: "8.4p1" }] })], [QUIET]],
      ["version-downgraded"],
    ],
    [
      "another product brings its own version",
      [[host({ ...A, ports: [{ ...SSH, product: "Dropbear", version: "2022" }] })], [QUIET]],
      ["service-changed"],
    ],
    [
      "another product behind a port that was closed meanwhile is an opening, not an exchange",
      [...twice([host({ ...A, ports: [] })]), [host({ ...A, ports: [{ ...SSH, product: "Dropbear" }] })], [QUIET]],
      ["port-closed well-known"],
    ],
    ["a host key that went back", [[host({ ...A, ports: [{ ...SSH, ssh: "k2" }] })], [QUIET]], ["hostkey-changed"]],
    ["a name that went back", [[host({ ...A, name: "b.example" })], [QUIET]], ["name-changed"]],
    ["a host that was away and came back", [[], [], [], [QUIET]], ["host-disappeared"]],
    ["a host that is still away is none", [[], [], []], []],
    ["a stranger that left again", [[QUIET, STRANGER], [QUIET], [QUIET], [QUIET]], ["host-appeared universal"]],
    [
      "a stranger that leaves every evening is new once, and what it does later is not counted again",
      [[QUIET, STRANGER], [QUIET], [QUIET], [QUIET], [QUIET, STRANGER], [QUIET], [QUIET], [QUIET]],
      ["host-appeared universal"],
    ],
    [
      "families of a system that were seen once, or overlap, are none",
      [[host({ ...A, os: os(["Linux"]) })], [host({ ...A, os: os(["FreeBSD", "Linux"]) })], [QUIET]],
      [],
    ],
  ])("%s", (_, scans, expected) => {
    expect(churnOf(after(scans))).toEqual(expected);
  });

  it("while a host is learned, what opens becomes normal at once and is one", () => {
    const young = learned([QUIET], 5);
    expect(churnOf(cycle(young, [showing({ number: 8080, service: "http" })]).lesson.baseline)).toEqual([
      "port-opened registered http",
    ]);
  });

  it("ports that no scan asked before are none: they may have been open all along", () => {
    const narrow = host({ ...A, covered: [[1, 1023]] });
    expect(churnOf(cycle(learned([narrow], 5), [showing({ number: 8080 })]).lesson.baseline)).toEqual([]);
  });

  it("an accepted port is one, a declared one too", () => {
    const opened = cycle(learned([QUIET]), [showing({ number: 8080, service: "http" })]);
    const anomaly = opened.deviations.map(anomalyOf).find(({ kind }) => kind === "port-opened");
    if (anomaly === undefined) throw new Error("the port was not reported");
    const [accepted] = acceptAnomaly(opened.lesson.baseline, anomaly);
    expect([...(accepted?.churn?.keys() ?? [])]).toEqual(["port-opened registered http"]);
    const id = opened.view.hosts[0]?.id ?? "";
    const lesson = learn(opened.view, { declared: new Map([[id, new Set(["tcp/8080"] as const)]]) });
    expect(churnOf(lesson.baseline)).toEqual(["port-opened registered http"]);
  });

  it("what is measured in another way than before has not changed", () => {
    const other = host({ ...A, ports: [{ ...SSH, version: "9.6p1" }] });
    const summary = { comparability: new Map([["service", "7.95 intensity 7"]] as const) };
    expect(churnOf(cycle(learned([QUIET]), [other], { summary }).lesson.baseline)).toEqual([]);
  });

  it("a degraded cycle counts nothing", () => {
    const open = after([[showing(NODE_PORT)], [QUIET]]);
    if (open === undefined) throw new Error("no cycle");
    expect(churnOf(cycle(open, [QUIET], { vantage: { state: "degraded" } }).lesson.baseline)).toEqual([]);
  });
});

describe("trials and hits of whole histories", () => {
  const one = fc.subarray<PortLike>([
    NODE_PORT,
    { number: 8080 },
    { number: 40_123, service: "msrpc" },
    { number: 81 },
  ]);
  const other = (n: number): HostLike => ({ address: `10.0.0.${n}`, mac: mac(n), ports: [{ number: 80 }] });
  const world = (open: readonly (readonly PortLike[])[]): readonly HostObservation[] =>
    open.map((ports, i) => host({ ...other(i + 10), ports: [{ number: 80 }, ...ports] }));
  const history = fc.array(fc.tuple(one, one), { minLength: 1, maxLength: 25 });

  function hitsAndTrials(baseline: SegmentBaseline, of: HostBaseline): readonly (readonly [number, number])[] {
    const trials = fadedSpan(lifeOf(of, baseline), 0);
    return [...(of.churn?.values() ?? [])].map(({ days, at }) => [faded(days, baseline.watchedMs - at), trials]);
  }

  it("hits never exceed trials, and the order of the hosts changes nothing", () => {
    fc.assert(
      fc.property(history, (scans) => {
        const forward = series(learned(world([[], []]), 3), scans.map(world)).at(-1)?.lesson.baseline;
        const backward = series(
          learned(world([[], []]).toReversed(), 3),
          scans.map((s) => world(s).toReversed()),
        ).at(-1)?.lesson.baseline;
        for (const [id, known] of forward?.hosts ?? []) {
          expect(backward?.hosts.get(id)?.churn).toEqual(known.churn);
          if (forward === undefined) continue;
          for (const [hits, trials] of hitsAndTrials(forward, known)) expect(hits).toBeLessThanOrEqual(trials + 1e-9);
        }
      }),
      { numRuns: 40 },
    );
  });
});
