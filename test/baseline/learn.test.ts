import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relearn } from "../../src/baseline/accept.ts";
import { learn } from "../../src/baseline/learn.ts";
import { emptyBaseline } from "../../src/domain/baseline.ts";
import type { SegmentBaseline } from "../../src/domain/baseline.ts";
import { coveredScans } from "../../src/domain/coverage.ts";
import type { VantageProblem } from "../../src/domain/cycle.ts";
import type { HostObservation } from "../../src/domain/observation.ts";
import { detect } from "../../src/detect/registry.ts";
import { cycle, deepFreeze, host, learned, mac, series, VANTAGE } from "./world.ts";
import type { HostLike, PortLike } from "./world.ts";

const A: HostLike = {
  address: "10.0.0.7",
  mac: mac(7),
  name: "a.example",
  ports: [{ number: 22, service: "ssh", product: "OpenSSH", ssh: "k1" }],
};
const B: HostLike = { address: "10.0.0.8", mac: mac(8), ports: [{ number: 80 }] };
const only = (baseline: SegmentBaseline) => [...baseline.hosts.values()][0];
const withPort = (like: HostLike, port: PortLike): HostObservation =>
  host({ ...like, ports: [...(like.ports ?? []), port] });

describe("what one cycle teaches", () => {
  it("a complete scan counts, dates the segment and covers its hosts", () => {
    const { baseline, touched } = cycle(emptyBaseline("lab"), [host(A), host(B)]).lesson;
    expect([baseline.scans, baseline.hosts.size, touched.size]).toEqual([1, 2, 2]);
    expect(baseline.startedAt).not.toBeNull();
    expect(only(baseline)).toMatchObject({ reference: "known", current: "up", covered: 1, address: A.address });
  });

  it("a partial scan teaches who is there, not who is missing, and does not count", () => {
    const before = learned([host(A), host(B)]);
    const { baseline } = cycle(before, [host({ ...A, covered: null }), host({ address: "10.0.0.9", covered: null })], {
      summary: { completeness: "partial" },
    }).lesson;
    expect([baseline.scans, baseline.hosts.size]).toEqual([before.scans, 3]);
    const b = [...baseline.hosts.values()].find((h) => h.address === B.address);
    expect([b?.misses, only(baseline)?.covered]).toEqual([0, 20]);
  });

  it.each(["degraded", "failed"] as const)("a %s cycle changes no host, no count and no key", (how) => {
    const before = learned([host(A), host(B)]);
    const options =
      how === "degraded"
        ? ({ vantage: { state: "degraded" } } as const)
        : ({ summary: { completeness: "failed" } } as const);
    const { baseline, touched, learningChanges } = cycle(before, [withPort(A, { number: 4444 })], options).lesson;
    expect({ ...baseline, vantage: null }).toEqual({ ...before, vantage: null });
    expect([touched.size, learningChanges, baseline.vantage.state]).toEqual([
      0,
      0,
      how === "degraded" ? "degraded" : "ok",
    ]);
  });

  describe("a vantage that moved", () => {
    const moved = (problems: readonly VantageProblem[], at = "10.0.9.9") =>
      ({
        vantage: { state: "degraded", problems },
        measured: { gatewayMac: "GW-2" },
        context: { vantage: { ...VANTAGE, sourceAddress: at } },
      }) as const;
    const after = (start: SegmentBaseline, ...cycles: readonly (readonly VantageProblem[])[]) =>
      cycles.reduce((baseline, problems) => cycle(baseline, [host(A)], moved(problems)).lesson.baseline, start);
    const settled = cycle(learned([host(A)]), [host(A)], {
      context: { vantage: { ...VANTAGE, sourceAddress: "10.0.0.1" } },
      measured: { gatewayMac: "GW-1", srttMicros: 1000 },
    }).lesson.baseline;
    const HERE = {
      state: "degraded",
      intercepted: false,
      sourceAddress: "10.0.0.1",
      gatewayMac: "GW-1",
      srttMicros: 1000,
    };
    const THERE = {
      state: "degraded",
      intercepted: false,
      sourceAddress: "10.0.9.9",
      gatewayMac: "GW-2",
      srttMicros: null,
    };

    it.each<[string, readonly (readonly VantageProblem[])[], object]>([
      ["once is not believed", [["source-address-changed"]], { ...HERE, cycles: 1 }],
      ["twice neither", [["source-address-changed"], ["gateway-changed"]], { ...HERE, cycles: 2 }],
      [
        "three times in a row has moved for good",
        [["source-address-changed"], ["source-address-changed", "gateway-changed"], ["gateway-changed"]],
        { ...THERE, cycles: 3 },
      ],
      [
        "while its link was down has found another way out, and not moved",
        Array.from({ length: 5 }, () => ["source-address-changed", "link-down"] as const),
        { ...HERE, cycles: 0 },
      ],
      [
        "after cycles that were degraded for another reason begins to count then",
        [["hosts-vanished"], ["hosts-vanished"], ["source-address-changed"]],
        { ...HERE, cycles: 1 },
      ],
    ])("%s", (_, cycles, expected) => {
      expect(after(settled, ...cycles).vantage).toEqual({ ...expected, doubted: cycles.length });
    });

    it("is confirmed at once by an operator who learns anew", () => {
      const fresh = relearn(after(settled, ["source-address-changed"]));
      expect(fresh.vantage).toEqual({
        state: "degraded",
        intercepted: false,
        sourceAddress: null,
        gatewayMac: null,
        srttMicros: null,
        cycles: 0,
      });
    });

    it("forgets the count after a good cycle, and follows round trips slowly", () => {
      const good = cycle(after(settled, ["gateway-changed"]), [host(A)], {
        context: { vantage: { ...VANTAGE, sourceAddress: "10.0.0.1" } },
        measured: { gatewayMac: null, srttMicros: 2000 },
      }).lesson.baseline;
      const { intercepted: _, ...here } = HERE;
      expect(good.vantage).toEqual({ ...here, state: "ok", srttMicros: 1100, cycles: 0 });
    });
  });

  it("while learning, a new value is normal at once and counted", () => {
    const changed = host({
      ...A,
      ports: [{ number: 22, service: "ssh", product: "Dropbear", ssh: "k2" }, { number: 4444 }],
    });
    const { baseline, learningChanges } = cycle(learned([host(A)], 3), [changed]).lesson;
    expect(learningChanges).toBe(3);
    expect(only(baseline)?.ports.get("tcp/4444")?.reference).toBe("open");
    expect(only(baseline)?.ports.get("tcp/22")?.fields.get("product")?.value).toBe("Dropbear");
    expect(only(baseline)?.evidence.map((e) => e.value)).toContain("k2");
  });

  it("a mature host keeps its reference and remembers what it is now", () => {
    const changed = host({
      ...A,
      ports: [{ number: 22, service: "ssh", product: "Dropbear", ssh: "k2" }, { number: 4444 }],
    });
    const { baseline, learningChanges } = cycle(learned([host(A)]), [changed]).lesson;
    const at = only(baseline);
    expect(learningChanges).toBe(0);
    expect(at?.ports.get("tcp/4444")).toMatchObject({ reference: "closed", current: "open", opened: 1 });
    expect(at?.ports.get("tcp/22")?.fields.get("product")).toEqual({
      value: "OpenSSH",
      current: "Dropbear",
      streak: 1,
      observed: 21,
      changes: 1,
      since: { scan: 21, at: expect.any(Number) },
    });
    expect(at?.evidence.map((e) => e.value)).not.toContain("k2");
  });

  it("a declared port of a mature host is normal without an accept", () => {
    const { view } = cycle(learned([host(A)]), [withPort(A, { number: 8080 })]);
    const id = only(view.baseline)?.id ?? "";
    const { baseline } = learn(view, { declared: new Map([[id, new Set(["tcp/8080"] as const)]]) });
    expect(only(baseline)?.ports.get("tcp/8080")?.reference).toBe("open");
  });

  it("keeps one row per port that was ever open and one coverage entry per port set", () => {
    const at = only(learned([host(A)]));
    expect([...(at?.ports.keys() ?? [])]).toEqual(["tcp/22"]);
    expect(at?.coverage).toEqual([
      { transport: "tcp", phase: "ports", ports: [[1, 49_151]], scans: 20, first: 1, last: 20 },
    ]);
  });

  it("counts two processes that measured the same ports in one scan once", () => {
    const twice = host(A);
    const { baseline } = cycle(emptyBaseline("lab"), [
      { ...twice, coverage: [...twice.coverage, ...twice.coverage] },
    ]).lesson;
    expect(only(baseline)?.coverage.map((set) => set.scans)).toEqual([1]);
  });

  it("of a port that should not be open what it showed first stands for what is normal", () => {
    const [http, smtp] = ["http", "smtp"].map((service) => [withPort(A, { number: 4444, service })]);
    const last = series(learned([host(A)]), [http ?? [], smtp ?? []]).at(-1);
    const field = only(last?.lesson.baseline ?? emptyBaseline("lab"))
      ?.ports.get("tcp/4444")
      ?.fields.get("service");
    expect(field).toMatchObject({ value: "http", current: "smtp", changes: 1 });
  });

  it("adds up the scans of a port over the sets that contain it", () => {
    const wide = host(A);
    const narrow = host({ ...A, covered: [[1, 100]] });
    const last = series(learned([wide], 3), [[narrow], [narrow]]).at(-1);
    const at = only(last?.lesson.baseline ?? emptyBaseline("lab"));
    const covered = [22, 4444, 60_000].map((number) =>
      at === undefined ? null : coveredScans(at, { transport: "tcp", number }),
    );
    expect(covered).toEqual([5, 3, 0]);
  });

  it("remembers the last 21 results of a port, newest in the lowest bit", () => {
    const [open, closed] = [[host(A)], [host({ ...A, ports: [] })]];
    const last = series(learned(open, 19), [closed, open]).at(-1);
    const history = only(last?.lesson.baseline ?? emptyBaseline("lab"))?.ports.get("tcp/22")?.history;
    expect(history?.toString(2)).toBe(`${"1".repeat(19)}01`);
    expect(only(learned(open, 30))?.ports.get("tcp/22")?.history).toBe(2 ** 21 - 1);
  });

  it("gives up evidence that turns out to be shared", () => {
    const clone = host({ ...A, address: "10.0.0.9", mac: mac(9), name: "clone.example" });
    const { baseline } = cycle(learned([host(A)]), [host(A), clone]).lesson;
    expect([...baseline.hosts.values()].flatMap((h) => h.evidence.map((e) => e.value))).not.toContain("k1");
  });
});

describe("learning is a function", () => {
  const anyPort = fc.record({
    number: fc.constantFrom(22, 80, 443, 4444, 50_000),
    state: fc.constantFrom("open" as const, "closed" as const, "filtered" as const),
    product: fc.constantFrom("nginx", "OpenSSH"),
    service: fc.constantFrom("http", "ssh", "tcpwrapped"),
    ssh: fc.option(fc.constantFrom("k1", "k2", "k3"), { nil: undefined }),
  });
  const anyHost = fc.record({
    address: fc.constantFrom(...Array.from({ length: 8 }, (_, i) => `10.0.0.${i + 1}`)),
    mac: fc.option(fc.integer({ min: 1, max: 6 }).map(mac)),
    ports: fc.uniqueArray(anyPort, { selector: (p) => p.number, maxLength: 4 }),
    covered: fc.constantFrom(null, [[1, 49_151]] as const, [[1, 100]] as const),
  });
  const anyScan = fc
    .uniqueArray(anyHost, { selector: (h) => h.address, maxLength: 8 })
    .map((hosts) => hosts.map(observed));
  const anyHistory = fc.array(anyScan, { minLength: 1, maxLength: 6 });

  it("changes nothing it is given", () => {
    fc.assert(
      fc.property(anyHistory, anyScan, (before, now) => {
        const baseline = deepFreeze(
          series(emptyBaseline("lab"), before).at(-1)?.lesson.baseline ?? emptyBaseline("lab"),
        );
        expect(() => cycle(baseline, deepFreeze(now))).not.toThrow();
      }),
    );
  });

  it("gives the same for the same, and for the same hosts in another order", () => {
    fc.assert(
      fc.property(anyHistory, anyScan, (before, now) => {
        const baseline = series(emptyBaseline("lab"), before).at(-1)?.lesson.baseline ?? emptyBaseline("lab");
        expect(cycle(baseline, now.toReversed()).lesson).toEqual(cycle(baseline, now).lesson);
        expect(cycle(baseline, now.toReversed()).deviations).toEqual(cycle(baseline, now).deviations);
      }),
    );
  });

  it("finds nothing when a learned scan is repeated, whatever it shows", () => {
    fc.assert(
      fc.property(anyScan, (scan) => {
        const { view } = cycle(learned(scan, 21), scan);
        expect(detect(view)).toEqual([]);
      }),
    );
  });

  function observed(
    like: { readonly ports: readonly { readonly ssh: string | undefined; readonly number: number }[] } & Omit<
      HostLike,
      "ports"
    >,
  ) {
    const { ports, ...rest } = like;
    return host({ ...rest, ports: ports.map(({ ssh, ...p }) => (ssh === undefined ? p : { ...p, ssh })) });
  }
});

describe("the place of the sensor", () => {
  const moved = {
    vantage: { state: "degraded", problems: ["source-address-changed"] },
    context: { vantage: { ...cycle(emptyBaseline("lab"), []).view.context.vantage, sourceAddress: "192.0.2.9" } },
  } as const;
  it("is taken over after three degraded cycles from another address, not before", () => {
    const places: (string | null)[] = [];
    let baseline = learned([host(A)]);
    for (let i = 0; i < 3; i++) {
      baseline = cycle(baseline, [host(A)], moved).lesson.baseline;
      places.push(baseline.vantage.sourceAddress);
    }
    expect(places).toEqual(["10.0.0.1", "10.0.0.1", "192.0.2.9"]);
  });
});
