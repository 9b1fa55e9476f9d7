import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptAnomaly, relearn } from "../../src/baseline/accept.ts";
import { beforeLook } from "../../src/baseline/before-look.ts";
import { emptyBaseline, type HostBaseline, type SegmentBaseline } from "../../src/domain/baseline.ts";
import type { CycleView, VantageProblem } from "../../src/domain/cycle.ts";
import type { HostObservation } from "../../src/domain/observation.ts";
import { anomalyOf } from "./anomaly-of.ts";
import { cycle, host, learned, mac, series, VANTAGE } from "./world.ts";
import type { CycleOptions, HostLike } from "./world.ts";

const A: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [{ number: 22, ssh: "k1" }] };
const B: HostLike = { address: "10.0.0.8", mac: mac(8), ports: [{ number: 80 }] };
const SCAN = [host(A), host(B)];
const BASELINE = learned(SCAN);
const LATER = BASELINE.scans + 1;

const next = (options: CycleOptions, scan: readonly HostObservation[] = SCAN) => cycle(BASELINE, scan, options).lesson;

describe("what a cycle counts for", () => {
  it.each<{ name: string; options: CycleOptions; scans: number; dated: boolean; touched: number }>([
    { name: "a complete scan of the whole scope", options: {}, scans: LATER, dated: true, touched: 2 },
    {
      name: "a complete scan of a part of the scope teaches without counting",
      options: { summary: { narrowed: true } },
      scans: 20,
      dated: true,
      touched: 2,
    },
    {
      name: "a partial scan teaches what was there",
      options: { summary: { completeness: "partial" } },
      scans: 20,
      dated: false,
      touched: 2,
    },
    {
      name: "a failed scan teaches nothing",
      options: { summary: { completeness: "failed" } },
      scans: 20,
      dated: false,
      touched: 0,
    },
    {
      name: "a degraded vantage teaches nothing",
      options: { vantage: { state: "degraded", problems: ["hosts-vanished"] } },
      scans: 20,
      dated: false,
      touched: 0,
    },
  ])("$name", ({ options, scans, dated, touched }) => {
    const { baseline, touched: ids } = next(options);
    expect([baseline.scans, ids.size]).toEqual([scans, touched]);
    expect(baseline.lastScanAt !== BASELINE.lastScanAt).toBe(dated);
  });

  it.each<{ name: string; options: CycleOptions; started: boolean }>([
    { name: "the first complete scan of the whole scope", options: {}, started: true },
    { name: "not a first scan of a part", options: { summary: { narrowed: true } }, started: false },
    { name: "not a partial first scan", options: { summary: { completeness: "partial" } }, started: false },
  ])("learning begins with $name", ({ options, started }) => {
    const { baseline } = cycle(emptyBaseline("lab"), SCAN, options).lesson;
    expect(baseline.startedAt !== null).toBe(started);
  });

  it("learning began once: later scans do not move it", () => {
    expect(next({}).baseline.startedAt).toBe(BASELINE.startedAt);
  });

  it("a partial scan misses nobody, a complete one does", () => {
    const misses = ([{ completeness: "partial" }, {}] as const).map((summary) => {
      const { baseline } = next({ summary }, [host(A)]);
      return [...baseline.hosts.values()].find((h) => h.address === B.address)?.misses;
    });
    expect(misses).toEqual([0, 1]);
  });

  it("a partial scan adds ways of measuring, a complete one replaces them", () => {
    const comparability = new Map([
      ["presence", "connect"],
      ["script:http-title", "1"],
    ] as const);
    const keys = (["partial", "complete"] as const).map(
      (completeness) => next({ summary: { completeness, comparability } }).baseline.comparability,
    );
    expect(keys.map((k) => [k.get("presence"), k.get("script:http-title"), k.get("os")])).toEqual([
      ["syn 7.93", "1", "7.93"],
      ["connect", "1", "7.93"],
    ]);
  });
});

describe("the place of the sensor after a cycle", () => {
  const elsewhere = { ...VANTAGE, sourceAddress: "192.0.2.9" };
  const degraded = (...problems: readonly VantageProblem[]): CycleOptions => ({
    vantage: { state: "degraded", problems },
    context: { vantage: elsewhere },
    measured: { gatewayMac: mac(99) },
  });
  const places = (cycles: readonly CycleOptions[]) => {
    let baseline = learned(SCAN, 2);
    for (const options of cycles) baseline = cycle(baseline, SCAN, options).lesson.baseline;
    return baseline.vantage;
  };

  it.each<{ name: string; cycles: readonly CycleOptions[]; address: string }>([
    {
      name: "two cycles from elsewhere are no move",
      cycles: Array(2).fill(degraded("source-address-changed")),
      address: "10.0.0.1",
    },
    { name: "three are", cycles: Array(3).fill(degraded("source-address-changed")), address: "192.0.2.9" },
    {
      name: "another gateway and another address count together",
      cycles: [
        degraded("source-address-changed"),
        degraded("gateway-changed"),
        degraded("source-address-changed", "gateway-changed"),
      ],
      address: "192.0.2.9",
    },
    {
      name: "a cycle with another trouble in between begins anew",
      cycles: [
        degraded("source-address-changed"),
        degraded("source-address-changed"),
        degraded("source-address-changed", "hosts-vanished"),
        degraded("source-address-changed"),
      ],
      address: "10.0.0.1",
    },
    {
      name: "a sensor that lost hosts has not moved",
      cycles: Array(5).fill(degraded("hosts-vanished")),
      address: "10.0.0.1",
    },
    {
      name: "a degraded vantage without a named problem has not moved",
      cycles: Array(5).fill(degraded()),
      address: "10.0.0.1",
    },
    {
      name: "a good cycle from the old place in between begins anew",
      cycles: [
        degraded("source-address-changed"),
        degraded("source-address-changed"),
        {},
        degraded("source-address-changed"),
      ],
      address: "10.0.0.1",
    },
    {
      name: "a good cycle from a new place takes it over at once",
      cycles: [{ context: { vantage: elsewhere } }],
      address: "192.0.2.9",
    },
    {
      name: "a cycle that does not know its address keeps the old one",
      cycles: [{ context: { vantage: { ...VANTAGE, sourceAddress: null } } }],
      address: "10.0.0.1",
    },
  ])("$name", ({ cycles, address }) => {
    expect(places(cycles).sourceAddress).toBe(address);
  });

  it("a move forgets the round trip of the old place and keeps the gateway that was measured", () => {
    const vantage = places([{ measured: { srttMicros: 500 } }, ...Array(3).fill(degraded("source-address-changed"))]);
    expect(vantage).toMatchObject({ srttMicros: null, gatewayMac: mac(99), state: "degraded" });
  });

  it.each([
    { name: "the first round trip is taken as it is", trips: [500], kept: 500 },
    { name: "a slower one moves it by a tenth", trips: [500, 1500], kept: 600 },
    { name: "a cycle without one leaves it", trips: [500, null], kept: 500 },
    { name: "none at all is none", trips: [null], kept: null },
  ])("$name", ({ trips, kept }) => {
    expect(places(trips.map((srttMicros) => ({ measured: { srttMicros } }))).srttMicros).toBe(kept);
  });

  it("a failed cycle leaves the place as it was", () => {
    const before = places([{ measured: { srttMicros: 500 } }]);
    const failed = { summary: { completeness: "failed" }, context: { vantage: elsewhere } } as const;
    expect(places([{ measured: { srttMicros: 500 } }, failed])).toEqual(before);
  });
});

const anyPort = fc.record({
  number: fc.constantFrom(22, 80, 443, 4444, 50_000),
  state: fc.constantFrom("open" as const, "closed" as const),
  ssh: fc.constantFrom("k1", "k2"),
});
const anyHost = fc.record({
  address: fc.constantFrom("10.0.0.7", "10.0.0.8", "10.0.0.9"),
  mac: fc.option(fc.integer({ min: 7, max: 9 }).map(mac)),
  ports: fc.uniqueArray(anyPort, { selector: (p) => p.number, maxLength: 4 }),
  covered: fc.constantFrom(null, [[1, 49_151]] as const, [[1, 100]] as const),
});
const anyScan = fc.uniqueArray(anyHost, { selector: (h) => h.address, maxLength: 3 }).map((all) => all.map(host));
const anyHistory = fc.array(anyScan, { minLength: 1, maxLength: 5 });

const after = (history: readonly (readonly HostObservation[])[], from: SegmentBaseline): SegmentBaseline =>
  series(from, history).at(-1)?.lesson.baseline ?? from;

/** What counts looks, by host: how often it was covered, and how often each port was missed in a row. */
function counters(hosts: Iterable<HostBaseline>): unknown {
  return [...hosts]
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map((h) => [
      h.id,
      h.covered,
      h.misses,
      h.coverage.map((c) => c.scans),
      [...h.ports].map(([key, p]) => [key, p.misses]),
    ]);
}

/** Who answered, and how often each was missed before. */
function identitiesOf({ hosts }: CycleView): string {
  return hosts.map(({ id, known }) => `${id} ${known?.misses ?? 0}`).join();
}

describe("a look that is looked at again", () => {
  it("finds the counters as they were before it, once what it shows is settled", () => {
    fc.assert(
      fc.property(anyHistory, anyScan, (history, scan) => {
        const before = after([...history, ...Array(4).fill(scan)], BASELINE);
        const { lesson, view } = cycle(before, scan);
        const second = cycle(lesson.baseline, scan).view;
        // Who had a key or an address together with another takes longer to be told apart from it.
        fc.pre(identitiesOf(second) === identitiesOf(view));
        const again = beforeLook(second);
        const seen = (hosts: typeof view.hosts) => counters(hosts.flatMap((h) => h.known ?? []));
        expect(seen(again.hosts)).toEqual(seen(view.hosts));
        expect(again.absent.map((one) => one.known.misses)).toEqual(view.absent.map((one) => one.known.misses));
      }),
    );
  });

  it("never counts below zero and never more than was learned", () => {
    fc.assert(
      fc.property(anyHistory, anyScan, (history, scan) => {
        const { view } = cycle(after(history, BASELINE), scan);
        for (const { known } of beforeLook(view).hosts) {
          const ports = [...(known?.ports.values() ?? [])];
          expect(ports.every((p) => p.misses >= 0)).toBe(true);
          expect(known?.coverage.every((c) => c.scans >= 1) ?? true).toBe(true);
          expect(known?.covered ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it.each<{ name: string; answer: CycleOptions; misses: number }>([
    { name: "a host that was asked was missed once less", answer: {}, misses: 1 },
    { name: "a host that was not asked was missed as often", answer: { asked: [] }, misses: 2 },
  ])("$name", ({ answer, misses }) => {
    const twice = after([[host(A)], [host(A)]], BASELINE);
    const { absent } = beforeLook(cycle(twice, [host(A)], answer).view);
    expect(absent.map((a) => a.known.misses)).toEqual([misses]);
  });

  it("takes a set that was measured once away, and leaves a set the look did not measure", () => {
    const other = learned([host({ ...A, covered: [[1, 100]] })], 2);
    const { view } = cycle(after([[host({ ...A, covered: [[1, 200]] })]], other), [
      host({ ...A, covered: [[1, 200]] }),
    ]);
    expect(beforeLook(view).hosts[0]?.known?.coverage.map((c) => [c.ports, c.scans])).toEqual([[[[1, 100]], 2]]);
  });

  it("leaves a stranger a stranger", () => {
    const { view } = cycle(BASELINE, [...SCAN, host({ address: "10.0.0.99" })]);
    expect(beforeLook(view).hosts.map((h) => h.known === null)).toEqual([false, false, true]);
  });
});

describe("accepting and learning anew, whatever was found", () => {
  const deviating = (history: readonly (readonly HostObservation[])[], scan: readonly HostObservation[]) => {
    const { deviations, lesson } = cycle(after(history, BASELINE), scan);
    return { deviations, baseline: lesson.baseline };
  };
  const accepted = (baseline: SegmentBaseline, d: Parameters<typeof anomalyOf>[0]): SegmentBaseline => ({
    ...baseline,
    hosts: new Map([...baseline.hosts, ...acceptAnomaly(baseline, anomalyOf(d)).map((h) => [h.id, h] as const)]),
  });

  it("an accept twice is the same as once, and touches only its own host", () => {
    fc.assert(
      fc.property(anyHistory, anyScan, (history, scan) => {
        const { deviations, baseline } = deviating(history, scan);
        for (const d of deviations) {
          const once = accepted(baseline, d);
          expect(accepted(once, d)).toEqual(once);
          const others = [...baseline.hosts].filter(([id]) => id !== d.host?.id);
          expect(others.every(([id, h]) => once.hosts.get(id) === h)).toBe(true);
        }
      }),
    );
  });

  it("an accept counts nothing: scans, misses and coverage stay", () => {
    fc.assert(
      fc.property(anyHistory, anyScan, (history, scan) => {
        const { deviations, baseline } = deviating(history, scan);
        for (const d of deviations.filter((one) => one.kind !== "identity-changed")) {
          expect(counters(accepted(baseline, d).hosts.values())).toEqual(counters(baseline.hosts.values()));
        }
      }),
    );
  });

  it("an accept never gives a host the keys, cards or names that another calls its own", () => {
    fc.assert(
      fc.property(anyHistory, anyScan, (history, scan) => {
        const { deviations, baseline } = deviating(history, scan);
        for (const d of deviations) {
          const mine = accepted(baseline, d).hosts.get(d.host?.id ?? "");
          const others = [...baseline.hosts.values()].filter((h) => h.id !== mine?.id).flatMap((h) => h.evidence);
          const taken = new Set(others.filter((e) => e.kind !== "address").map((e) => `${e.kind} ${e.value}`));
          expect(mine?.evidence.some((e) => taken.has(`${e.kind} ${e.value}`)) ?? false).toBe(false);
        }
      }),
    );
  });

  it("an accept of a host that is no longer known changes nothing", () => {
    const { deviations, lesson } = cycle(BASELINE, [host({ ...A, ports: [{ number: 22, ssh: "k2" }] }), host(B)]);
    const [d] = deviations;
    expect(d === undefined ? null : acceptAnomaly({ ...lesson.baseline, hosts: new Map() }, anomalyOf(d))).toEqual([]);
  });

  it("learning anew twice is the same as once, forgets who is gone, and starts from nothing", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const fresh = relearn(after(history, BASELINE));
        expect(relearn(fresh)).toEqual(fresh);
        const hosts = [...fresh.hosts.values()];
        expect(hosts.every((h) => h.current === "up" && h.covered === 0 && h.coverage.length === 0)).toBe(true);
        expect([fresh.scans, fresh.startedAt, fresh.watchedMs]).toEqual([0, null, 0]);
        expect(hosts.some((h) => h.churn !== undefined)).toBe(false);
      }),
    );
  });

  it("after learning anew the scan that was last seen is no news", () => {
    fc.assert(
      fc.property(anyHistory, anyScan, (history, scan) => {
        const fresh = relearn(after([...history, scan], BASELINE));
        expect(cycle(fresh, scan).deviations.filter((d) => d.mature)).toEqual([]);
      }),
    );
  });
});
