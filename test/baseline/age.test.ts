import { describe, expect, it } from "vitest";
import type { SegmentBaseline } from "../../src/domain/baseline.ts";
import { cycle, host, learned, mac, series, told } from "./world.ts";
import type { HostLike, PortLike } from "./world.ts";

type Scan = readonly ReturnType<typeof host>[];

const SSH: PortLike = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2", extra: "deb12u2", ssh: "k1" };
const HOST: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [SSH] };
const OTHER = host({ address: "10.0.0.8", mac: mac(8), ports: [{ number: 443 }] });
const shows = (...ports: readonly PortLike[]): Scan => [host({ ...HOST, ports }), OTHER];
const USUAL = shows(SSH);
const BASELINE = learned(USUAL);
/** Six hours between two scans. */
const DAYS = 4;

function after(baseline: SegmentBaseline, scan: Scan, times: number): SegmentBaseline {
  return series(baseline, Array<Scan>(times).fill(scan)).at(-1)?.lesson.baseline ?? baseline;
}

const news = (baseline: SegmentBaseline, scan: Scan) => told(cycle(baseline, scan).deviations);
const only = (baseline: SegmentBaseline) => [...baseline.hosts.values()].find(({ address }) => address === "10.0.0.7");

describe("what lasts becomes normal", () => {
  const upgraded = shows({ ...SSH, version: "9.3", extra: "deb13u1" });

  it("a plain upgrade after twenty scans, with all it brings", () => {
    expect(news(after(BASELINE, upgraded, 19), upgraded)).toEqual(["version-changed 10.0.0.7 tcp/22"]);
    expect(news(after(BASELINE, upgraded, 20), upgraded)).toEqual([]);
    expect(news(after(BASELINE, upgraded, 20), USUAL)).toEqual(["version-downgraded 10.0.0.7 tcp/22"]);
  });

  it("an upgrade that stood for ten scans: the way back is a rollback, for as long as it lasts", () => {
    expect(news(after(BASELINE, upgraded, 9), USUAL)).toEqual([]);
    const rolledBack = "version-downgraded 10.0.0.7 tcp/22";
    const upgradedFor = after(BASELINE, upgraded, 10);
    expect(news(upgradedFor, USUAL)).toEqual([rolledBack]);
    expect(news(after(upgradedFor, USUAL, 5), USUAL)).toEqual([rolledBack]);
    expect(news(after(upgradedFor, USUAL, 5), upgraded)).toEqual([]);
  });

  it("two versions that take turns: going back to the one before is normal", () => {
    let baseline = BASELINE;
    for (let i = 0; i < 12; i++) {
      baseline = after(after(baseline, upgraded, 1 + (i % 3)), USUAL, 1 + (i % 2));
      expect(news(baseline, USUAL)).toEqual([]);
    }
  });

  it("an upgrade of what was upgraded before it was normal is an upgrade", () => {
    const further = shows({ ...SSH, version: "9.4" });
    expect(news(after(BASELINE, upgraded, 12), further)).toEqual(["version-changed 10.0.0.7 tcp/22"]);
  });

  it.each<[string, Scan, string]>([
    ["a downgrade", shows({ ...SSH, version: "9.1" }), "version-downgraded 10.0.0.7 tcp/22"],
    ["another product", shows({ ...SSH, product: "Dropbear" }), "service-changed 10.0.0.7 tcp/22"],
    ["another key", shows({ ...SSH, ssh: "k2" }), "hostkey-changed 10.0.0.7 tcp/22"],
    ["an open port", shows(SSH, { number: 4444 }), "port-opened 10.0.0.7 tcp/4444"],
    ["another name", [host({ ...HOST, name: "b.example" }), OTHER], "name-changed 10.0.0.7 name"],
    ["a stranger", [...USUAL, host({ address: "10.0.0.9", mac: mac(9) })], "host-appeared 10.0.0.9 presence"],
  ])("%s after thirty days, not before", (_, scan, expected) => {
    const lasting = after(BASELINE, scan, 29 * DAYS);
    expect(news(lasting, scan)).toEqual([expected]);
    expect(news(after(lasting, scan, 2 * DAYS), scan)).toEqual([]);
  });

  const many = (from: number, count: number): readonly PortLike[] =>
    Array.from({ length: count }, (_, i) => ({ number: from + i }));
  const burst = shows(SSH, ...many(4000, 12));

  it("ports that opened together, after thirty days: then each of them is a port of the host", () => {
    const lasting = after(BASELINE, burst, 29 * DAYS);
    expect(news(lasting, burst)).toEqual(["ports-opened 10.0.0.7 ports"]);
    const normal = after(lasting, burst, 2 * DAYS);
    expect(news(normal, burst)).toEqual([]);
    expect(only(normal)?.ports.size).toBe(13);
    expect(news(after(normal, USUAL, 3), USUAL)).toHaveLength(12);
  });

  it("not those of a second wave with those of the first", () => {
    const wider = shows(SSH, ...many(4000, 12), ...many(5000, 12));
    const lasting = after(after(BASELINE, burst, 20 * DAYS), wider, 20 * DAYS);
    expect(news(lasting, wider)).toEqual(["ports-opened 10.0.0.7 ports"]);
    expect(news(after(lasting, wider, 11 * DAYS), wider)).toEqual([]);
  });

  it("not by coming and going: the days begin again", () => {
    const listener = shows(SSH, { number: 4444 });
    const twice = after(after(after(BASELINE, listener, 20 * DAYS), USUAL, 4), listener, 20 * DAYS);
    expect(news(twice, listener)).toEqual(["port-opened 10.0.0.7 tcp/4444"]);
  });

  it("after the time that the operator sets", () => {
    const scan = shows(SSH, { number: 4444 });
    let baseline = BASELINE;
    for (let i = 0; i < 9 * DAYS; i++) {
      baseline = cycle(baseline, scan, { context: { forgetAfterMs: 7 * 86_400_000 } }).lesson.baseline;
    }
    expect(news(baseline, scan)).toEqual([]);
  });
});

describe("what is not seen is forgotten", () => {
  it("a host, and it is touched, so that its row is deleted", () => {
    const before = after(BASELINE, [OTHER], 30 * DAYS - 1);
    expect(only(before)?.current).toBe("gone");
    const { lesson } = series(before, Array<Scan>(3).fill([OTHER])).at(-1) ?? cycle(before, [OTHER]);
    expect(only(lesson.baseline)).toBeUndefined();
  });

  it("not because nobody looked: after a pause of months three scans still miss it", () => {
    const id = only(BASELINE)?.id ?? "";
    const pause = { startedAt: Date.UTC(2027, 5, 1), endedAt: Date.UTC(2027, 5, 1), committedAt: Date.UTC(2027, 5, 1) };
    const { lesson } = cycle(BASELINE, [OTHER], { context: pause });
    expect(lesson.baseline.hosts.has(id)).toBe(true);
  });

  it("not by a degraded or a partial scan", () => {
    const before = after(BASELINE, [OTHER], 30 * DAYS - 1);
    const late = { startedAt: Date.UTC(2027, 5, 1), endedAt: Date.UTC(2027, 5, 1) };
    const degraded = cycle(before, [OTHER], { context: late, vantage: { state: "degraded", problems: ["link-down"] } });
    const partial = cycle(before, [OTHER], { context: late, summary: { completeness: "partial" } });
    expect([degraded, partial].map(({ lesson }) => only(lesson.baseline) !== undefined)).toEqual([true, true]);
  });

  it("a port that is closed: it is a new one when it opens again", () => {
    const both = learned(shows(SSH, { number: 80 }));
    const closed = after(both, USUAL, 32 * DAYS);
    expect([...(only(closed)?.ports.keys() ?? [])]).toEqual(["tcp/22"]);
    expect(news(closed, USUAL)).toEqual([]);
    expect(news(closed, shows(SSH, { number: 80 }))).toEqual(["port-opened 10.0.0.7 tcp/80"]);
  });
});
