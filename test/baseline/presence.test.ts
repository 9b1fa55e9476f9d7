import { describe, expect, it } from "vitest";
import { emptyBaseline, type HostBaseline, type SegmentBaseline } from "../../src/domain/baseline.ts";
import { hourClass } from "../../src/domain/rhythm.ts";
import { expectedUp } from "../../src/domain/presence.ts";
import { identifyHosts } from "../../src/baseline/identity/identify.ts";
import { trust } from "../../src/scan/quality/observe.ts";
import { cycle, host, learned, mac, series, told } from "./world.ts";
import type { Cycle, HostLike, PortLike } from "./world.ts";

const HOUR = 3_600_000;
// As in world.ts: the n-th scan is n times six hours after midnight of a Sunday.
const timeOf = (scan: number) => Date.UTC(2026, 10, 1) + scan * 6 * HOUR;
const atWork = (scan: number) => hourClass(timeOf(scan), "UTC") === "working-day";

const DESK: readonly PortLike[] = [
  { number: 135, service: "msrpc" },
  { number: 445, service: "microsoft-ds" },
];
const SERVER: readonly PortLike[] = [
  { number: 22, service: "ssh" },
  { number: 443, service: "http" },
];

function machine(n: number, ports: readonly PortLike[]): HostLike {
  return { address: `10.0.0.${n}`, mac: mac(n), ports };
}

const desks = Array.from({ length: 12 }, (_, i) => machine(100 + i, DESK));
const nameless = Array.from({ length: 12 }, (_, i) => machine(150 + i, []));
const servers = Array.from({ length: 8 }, (_, i) => machine(10 + i, SERVER));

/** A scan as the agent makes it: the vantage is judged first. */
function look(baseline: SegmentBaseline, up: readonly HostLike[]): Cycle {
  const observations = up.map(host);
  const { view } = cycle(baseline, observations);
  const known = [...baseline.hosts.values()].map(({ address }) => address);
  const vantage = trust({
    context: view.context,
    baseline,
    looks: [],
    observed: {
      observations,
      summary: view.summary,
      measured: view.measured,
      askedAddresses: new Set([...known, ...up.map(({ address }) => address)]),
    },
    identified: identifyHosts(baseline, observations, { segment: baseline.segment }),
  });
  return cycle(baseline, observations, { vantage });
}

interface Month {
  readonly baseline: SegmentBaseline;
  readonly degraded: readonly number[];
  readonly told: readonly string[];
}

/** Scans one after the other; degraded ones do not count as scans of the segment, so the clock is given. */
function month(start: SegmentBaseline, scans: readonly number[], upAt: (scan: number) => readonly HostLike[]): Month {
  let baseline = start;
  const degraded: number[] = [];
  const news: string[] = [];
  for (const scan of scans) {
    const { lesson, deviations, view } = look(baseline, upAt(scan));
    if (view.vantage.state === "degraded") degraded.push(scan);
    news.push(...told(deviations.filter((d) => d.mature)));
    baseline = lesson.baseline;
  }
  return { baseline, degraded, told: news };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const office = (scan: number) => (atWork(scan) ? [...servers, ...desks] : servers);

describe("an office whose desks are off at night", () => {
  const usual = month(emptyBaseline("lab"), range(1, 57), office);

  it("has no degraded evening, no lost host, and learns in every scan", () => {
    expect(usual.degraded).toEqual([]);
    expect(usual.told).toEqual([]);
    expect(usual.baseline.scans).toBe(56);
  });

  it("calls no desk unsteady, however many nights and weekends pass", () => {
    const later = month(usual.baseline, range(57, 57 + 4 * 28), office);
    expect(later.told).toEqual([]);
    expect([...later.baseline.hosts.values()].filter((one) => one.answers?.flapping === true)).toEqual([]);
  });

  it("calls a server unsteady that comes and goes at all hours", () => {
    const restless = month(usual.baseline, range(57, 57 + 16), (scan) =>
      office(scan).filter(({ address }) => address !== "10.0.0.12" || scan % 4 === 0),
    );
    expect(restless.told.at(-1)).toBe("flapping 10.0.0.12 presence");
    expect(restless.told.filter((line) => line.startsWith("host-disappeared"))).toHaveLength(2);
  });

  it("is degraded when half of its servers are lost in an evening", () => {
    const night = usual.baseline.scans + 1;
    expect(atWork(night)).toBe(false);
    const { degraded, told: news } = month(usual.baseline, [night], () => servers.slice(4));
    expect([degraded, news]).toEqual([[night], []]);
  });

  it("is degraded when its desks are gone on a working day", () => {
    const toNoon = month(usual.baseline, range(57, 62), office);
    const { view } = look(toNoon.baseline, servers);
    expect(atWork(view.context.scanNumber)).toBe(true);
    expect(view.vantage.problems).toEqual(["hosts-vanished"]);
  });

  it("reports a server that is gone in the evening, after three looks", () => {
    const dead = month(usual.baseline, range(57, 60), (scan) =>
      office(scan).filter(({ address }) => address !== "10.0.0.12"),
    );
    expect(dead.told).toEqual(["host-disappeared 10.0.0.12 presence"]);
  });

  it("is no worse when nobody can say what the desks are", () => {
    const strange = (scan: number) => (atWork(scan) ? [...servers, ...nameless] : servers);
    const { degraded, told: news } = month(emptyBaseline("lab"), range(1, 57), strange);
    // The first night looks like an outage, and so may the first weekend; what is off then is learned from it.
    expect(degraded.length).toBeLessThanOrEqual(4);
    expect(Math.max(0, ...degraded)).toBeLessThan(28);
    expect(news).toEqual([]);
  });

  it("knows an outage although hosts may sleep: a scan without anybody teaches nothing", () => {
    const dark = month(usual.baseline, range(57, 77), () => []);
    expect(dark.degraded).toHaveLength(20);
    expect([...dark.baseline.hosts.values()]).toEqual([...usual.baseline.hosts.values()]);
  });
});

describe("a host that comes and goes", () => {
  const tablet = machine(77, []);
  const others = servers.map(host);
  const scans = (from: number, to: number, up: (scan: number) => boolean) =>
    range(from, to).map((scan) => (up(scan) ? [...others, host(tablet)] : others));

  it("in every second scan is never missed and never new", () => {
    const all = series(
      learned([...others, host(tablet)], 1),
      scans(2, 80, (scan) => scan % 2 === 0),
    );
    expect(all.slice(19).flatMap(({ deviations }) => told(deviations))).toEqual([]);
  });

  it("is in no hurry to be called away: a week off is no news", () => {
    const all = series(learned([...others, host(tablet)], 1), [
      ...scans(2, 60, (scan) => scan % 2 === 0),
      ...scans(60, 88, () => false),
    ]);
    expect(all.slice(19).flatMap(({ deviations }) => told(deviations))).toEqual([]);
  });

  it("is missed after three looks when it had always been there", () => {
    const all = series(
      learned([...others, host(tablet)], 24),
      scans(25, 28, () => false),
    );
    expect(all.map(({ deviations }) => told(deviations))).toEqual([[], [], ["host-disappeared 10.0.0.77 presence"]]);
  });

  it("counts what it was away before in its history", () => {
    const steady = series(
      learned([...others, host(tablet)], 60),
      scans(61, 64, () => false),
    );
    const loose = series(learned([...others, host(tablet)], 20), [
      ...scans(21, 61, (scan) => scan % 10 !== 5),
      ...scans(61, 64, () => false),
    ]);
    const missed = (all: readonly Cycle[]) => all.at(-1)?.deviations[0]?.history;
    expect(missed(steady)).toMatchObject({ changes: 0 });
    expect(missed(loose)).toMatchObject({ changes: 4 });
  });
});

describe("whether a host is expected", () => {
  const up = (rhythm: HostBaseline["rhythm"], misses = 0): HostBaseline => {
    const [one] = learned([host(machine(77, []))], 1).hosts.values();
    if (one === undefined) throw new Error("a host was learned");
    const { rhythm: _, ...rest } = one;
    return { ...rest, misses, ...(rhythm === undefined ? {} : { rhythm }) };
  };
  const night = { startedAt: Date.UTC(2026, 10, 3, 2) };

  it.each([
    ["one of an older state", up(undefined), true],
    ["one that was never asked at night", up({ "working-day": { asked: 9, up: 9 } }), true],
    ["one that was silent on its only night", up({ night: { asked: 1, up: 0 } }), false],
    ["one that answered every night", up({ night: { asked: 30, up: 30 } }), true],
    ["one that missed two nights of thirty", up({ night: { asked: 30, up: 28 } }), true],
    ["one that is away every second night", up({ night: { asked: 30, up: 15 } }), false],
    ["one that is being missed", up({ night: { asked: 4, up: 2 } }, 2), true],
  ])("%s: %s", (_, known, expected) => {
    expect(expectedUp(known, night)).toBe(expected);
  });

  it("by the working days of its own zone", () => {
    const desk = up({ "working-day": { asked: 30, up: 30 }, night: { asked: 30, up: 0 } });
    expect(expectedUp(desk, night)).toBe(false);
    expect(expectedUp(desk, { ...night, zone: "Asia/Tokyo" })).toBe(true);
  });

  it("by what the operator says it is", () => {
    const fresh = up({ "working-day": { asked: 9, up: 9 } });
    expect(expectedUp(fresh, { ...night, roles: () => "workstation" })).toBe(false);
    expect(expectedUp(fresh, { ...night, roles: () => "server" })).toBe(true);
  });
});
