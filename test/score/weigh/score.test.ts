import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCORE_PARTS } from "../../../src/domain/anomaly.ts";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { ANOMALY_KINDS } from "../../../src/domain/kinds/catalogue.ts";
import type { HostRole } from "../../../src/domain/role.ts";
import { balance, scoreDeviation, type ScoreInput } from "../../../src/score/weigh/score.ts";
import {
  change,
  declared,
  deviation,
  frozenRules,
  host,
  onceIn,
  pointsOf,
  rules,
  scoreInput,
  watchedFor,
} from "../build.ts";

/** An unidentified service on a registered port once in 3,105 days of a host: 11.6 bits. */
const DMZ = onceIn(3_105);
/** An update once in 48.5 days: 5.6 bits. */
const PATCHED = onceIn(48.5);

describe("the examples of the event contract", () => {
  it("a rare registered port with an unknown service on a crown jewel is 48 + 24 + 15 = 87, critical", () => {
    const found = deviation({ history: { scans: 412, seen: 0, changes: 0, firstSeen: null, lastSeen: null } });
    const score = scoreDeviation(found, scoreInput({ rules: frozenRules, rates: DMZ, tags: ["crown-jewel"] }));
    expect(score).toMatchObject({ value: 87, band: "critical", bits: 11.6, exposure: "unknown" });
    expect(pointsOf(score)).toEqual({
      rarity: 48,
      exposure: 24,
      declaration: 0,
      criticality: 15,
      corroboration: 0,
      context: 0,
    });
    expect(score.parts.map((p) => p.why)).toContain("tag crown-jewel");
    expect(score.parts.map((p) => p.why)).toContain("unidentified service");
  });

  it("once it is known to be an open proxy without authentication it is 97", () => {
    const found = deviation({
      after: { service: "socks5", product: "microsocks", confidence: 10 },
      reasons: ["unauthenticated"],
      history: { scans: 412, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    });
    const score = scoreDeviation(found, scoreInput({ rules: frozenRules, rates: DMZ, tags: ["crown-jewel"] }));
    expect(score).toMatchObject({ value: 97, exposure: "proxy-tunnel" });
    expect(pointsOf(score)["exposure"]).toBe(34);
  });

  it("a package update is 19, low, on one host as on many", () => {
    const score = scoreDeviation(
      change("version-changed", 41, ["9.6p1", "9.8p1"]),
      scoreInput({ rules: frozenRules, rates: PATCHED }),
    );
    expect(score).toMatchObject({ value: 19, band: "low" });
    expect(score.parts.at(-1)).toEqual({ name: "context", points: 0, why: "nothing lowers it" });
  });

  it("a declared service on another port is 21 + 8 + 35 = 64, high", () => {
    const moved = deviation({
      kind: "port-moved",
      port: { transport: "tcp", number: 8081 },
      after: { service: "http", product: "nginx", confidence: 10 },
      declared: declared(),
    });
    const score = scoreDeviation(moved, scoreInput({ rules: frozenRules }));
    expect(score).toMatchObject({ value: 64, band: "high", exposure: "web" });
    expect(pointsOf(score)).toEqual({
      rarity: 21,
      exposure: 8,
      declaration: 35,
      criticality: 0,
      corroboration: 0,
      context: 0,
    });
  });
});

/** After one learned scan and after 400: [lowest, highest] score. */
type Row = readonly [
  what: string,
  deviation: Deviation,
  early: readonly [number, number],
  late: readonly [number, number],
];
const LOW = [0, 21] as const;
const HIGH = [48, 73] as const;
const MEDIUM = [22, 47] as const;
const bare = { port: null, before: {}, after: {}, from: null, to: null };

const ROWS: readonly Row[] = [
  ["4444/tcp with an unknown service", deviation(), HIGH, [60, 100]],
  ["8080/tcp web server", opened(8080, "http"), [40, 56], [40, 73]],
  ["3306/tcp MySQL", opened(3306, "mysql"), HIGH, [60, 100]],
  ["22/tcp ssh", opened(22, "ssh"), HIGH, [60, 100]],
  ["an unknown ephemeral port", opened(50_123, null), HIGH, HIGH],
  ["an unknown port in the NodePort range where nothing is a node", opened(31_000, null), HIGH, HIGH],
  ["a new host", deviation({ ...bare, kind: "host-appeared" }), HIGH, HIGH],
  ["a moved host", deviation({ ...bare, kind: "host-moved", informational: true }), LOW, LOW],
  ["a renamed host", deviation({ ...bare, kind: "name-changed" }), LOW, LOW],
  ["a vanished host", deviation({ ...bare, kind: "host-disappeared" }), [0, 47], [0, 47]],
  ["another MAC", deviation({ ...bare, kind: "mac-changed" }), HIGH, HIGH],
  ["another OS family", deviation({ ...bare, kind: "os-shifted" }), [22, 73], [22, 73]],
  ["all evidence replaced", deviation({ ...bare, kind: "identity-changed" }), HIGH, [60, 100]],
  ["a closed port", deviation({ kind: "port-closed" }), [0, 47], MEDIUM],
  ["an update", change("version-changed", 41, ["1.0", "1.1"]), [0, 47], [0, 47]],
  ["a downgrade of ssh", change("version-downgraded", 41, ["9.8", "9.6"]), HIGH, HIGH],
  ["another banner", change("banner-changed", 41, ["a", "b"]), [0, 47], [0, 47]],
  ["another SSH host key", change("hostkey-changed", 41, ["a", "b"]), HIGH, [60, 100]],
  [
    "another TLS key of a web server",
    change("certificate-changed", 41, ["a", "b"], { after: { service: "https" } }),
    [35, 60],
    HIGH,
  ],
  [
    "nginx became an unknown service",
    change("service-changed", 41, ["http", "unknown"], { after: {}, port: { transport: "tcp", number: 9999 } }),
    HIGH,
    HIGH,
  ],
  ["http became ssh", change("service-changed", 41, ["http", "ssh"], { after: { service: "ssh" } }), HIGH, HIGH],
  [
    "nginx became Apache",
    change("service-changed", 41, ["nginx", "Apache httpd"], { after: { service: "http" } }),
    [40, 56],
    HIGH,
  ],
];

function opened(number: number, service: string | null): Deviation {
  const after = service === null ? {} : { service, confidence: 10 };
  return deviation({ port: { transport: "tcp", number }, after });
}

describe("how high the kinds go", () => {
  it.each(ROWS)("%s, after one learned scan", (_, found, [from, to]) => {
    const history = { ...found.history, scans: 1 };
    expectWithin(scoreDeviation({ ...found, history }, scoreInput({ rates: watchedFor(0.25) })).value, from, to);
  });

  it.each(ROWS)("%s, after 400 scans", (_, found, ...[, [from, to]]) => {
    expectWithin(scoreDeviation({ ...found, history: { ...found.history, scans: 400 } }, scoreInput()).value, from, to);
  });

  it("a stranger weighs more in a closed segment", () => {
    const stranger = deviation({
      ...bare,
      kind: "host-appeared",
      history: { scans: 1, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    });
    const open = scoreDeviation(stranger, scoreInput());
    const closed = scoreDeviation(stranger, scoreInput({ vantageClosed: true }));
    expect(closed.value).toBeGreaterThan(open.value);
    expect(scoreDeviation({ ...stranger, closedSegment: true }, scoreInput())).toEqual(closed);
  });

  it("a declared, expected change stays low whatever its rarity", () => {
    const score = scoreDeviation(
      deviation({ declared: declared({ verdict: "as-declared", severity: null }) }),
      scoreInput(),
    );
    expect(score).toMatchObject({ value: 21, band: "low" });
    expect(pointsOf(score)["context"]).toBeLessThan(0);
  });

  it("a finding before anything was learned has no rarity, only its declaration and exposure", () => {
    const found = deviation({
      kind: "undeclared-port",
      declared: declared({ verdict: "undeclared-open-port", severity: "high" }),
      history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    });
    const score = scoreDeviation(found, scoreInput());
    expect(pointsOf(score)).toMatchObject({ rarity: 0, declaration: 60, exposure: 12 });
    expect(score.bits).toBeNull();
  });

  it("undeclared ports keep an order: none reaches the end of the scale by being undeclared alone", () => {
    const score = (service: string | null, more: Partial<Deviation> = {}, input: Partial<ScoreInput> = {}) => {
      const after = service === null ? {} : { service, confidence: 10 };
      const history = { scans: 412, seen: 0, changes: 0, firstSeen: null, lastSeen: null };
      const verdict = declared({ verdict: "undeclared-open-port", severity: "high" });
      const found = deviation({ kind: "undeclared-port", declared: verdict, after, history, ...more });
      return scoreDeviation(found, scoreInput(input));
    };
    const rising = [
      score("http"),
      score("ftp"),
      score("ssh"),
      score("redis"),
      score(null),
      score("redis", { reasons: ["unauthenticated"] }),
      score(null, {}, { tags: ["crown-jewel"] }),
    ];
    const ladder = rising.map((s) => s.value);
    expect(ladder).toEqual(ladder.toSorted((a, b) => a - b));
    expect(new Set(ladder).size).toBe(ladder.length);
    expect(rising.map((s) => pointsOf(s)["context"])).toEqual(rising.map(() => 0));
    expect(ladder[0]).toBeGreaterThanOrEqual(74);
  });

  it.each([
    ["low", 12],
    ["medium", 35],
    ["high", 60],
    ["critical", 80],
  ] as const)("a %s finding is worth %i points", (severity, points) => {
    expect(pointsOf(scoreDeviation(deviation({ declared: declared({ severity }) }), scoreInput()))["declaration"]).toBe(
      points,
    );
  });

  it("only the highest tag counts, and corroboration has an end", () => {
    const score = scoreDeviation(
      change("os-shifted", 1, ["linux", "windows"], { port: null }),
      scoreInput({ tags: ["prod", "crown-jewel", "toString"], corroborating: 5 }),
    );
    expect(pointsOf(score)).toMatchObject({ criticality: 15, corroboration: rules.corroboration.most });
  });
});

describe("the arithmetic", () => {
  const anyDeviation = fc
    .record({
      kind: fc.constantFrom(...ANOMALY_KINDS),
      port: fc.option(
        fc.record({ transport: fc.constantFrom("tcp", "udp"), number: fc.integer({ min: 1, max: 65_535 }) }),
      ),
      scans: fc.nat(2_000),
      seen: fc.nat(3_000),
      changes: fc.nat(50),
      informational: fc.boolean(),
      severity: fc.option(fc.constantFrom("low", "medium", "high", "critical")),
      service: fc.option(fc.oneof(fc.string(), fc.constantFrom("ssh", "http", "mysql", "__proto__", "constructor"))),
      product: fc.option(fc.string()),
    })
    .map(({ kind, port, scans, seen, changes, informational, severity, service, product }) =>
      deviation({
        kind,
        port,
        informational,
        after: { ...(service === null ? {} : { service }), ...(product === null ? {} : { product }) },
        history: { scans, seen, changes, firstSeen: null, lastSeen: null },
        declared: severity === null ? null : declared({ severity }),
      }),
    );
  const anyInput: fc.Arbitrary<ScoreInput> = fc
    .record({
      corroborating: fc.nat(6),
      vantageClosed: fc.boolean(),
      tags: fc.array(fc.constantFrom("crown-jewel", "prod", "x")),
    })
    .map((extra) => scoreInput(extra));

  it("the six parts, in order, add up to a whole value of 0-100 exactly", () => {
    fc.assert(
      fc.property(anyDeviation, anyInput, (found, input) => {
        const score = scoreDeviation(found, input);
        expect(score.parts.map((p) => p.name)).toEqual([...SCORE_PARTS]);
        expect(score.parts.reduce((sum, p) => sum + p.points, 0)).toBe(score.value);
        expect(Number.isInteger(score.value) && score.value >= 0 && score.value <= 100).toBe(true);
        const { context = 1, ...others } = pointsOf(score);
        expect(context).toBeLessThanOrEqual(0);
        for (const points of Object.values(others)) expect(points).toBeGreaterThanOrEqual(0);
        for (const part of score.parts) expect(part.why).not.toBe("");
      }),
    );
  });

  it("the same deviation has the same score, and nobody changed it", () => {
    fc.assert(
      fc.property(anyDeviation, (found) => {
        const before = structuredClone(found);
        expect(scoreDeviation(found, scoreInput())).toEqual(scoreDeviation(found, scoreInput()));
        expect(found).toEqual(before);
      }),
    );
  });

  it("a cut-off sum shows what was cut in the context", () => {
    expect(balance({ rarity: 60, fixed: [24, 60, 15, 0], ceiling: 100 })).toEqual({
      value: 100,
      rarity: 60,
      context: -59,
      cut: true,
    });
  });

  it("something without points stays at zero", () => {
    expect(balance({ rarity: 0, fixed: [0, 0, 0, 0], ceiling: 100 })).toEqual({
      value: 0,
      rarity: 0,
      context: 0,
      cut: false,
    });
  });
});

it("tags come from the host, not from chance: a host without tags adds nothing", () => {
  expect(pointsOf(scoreDeviation(deviation({ host: host(1) }), scoreInput()))["criticality"]).toBe(0);
});

function expectWithin(value: number, from: number, to: number): void {
  expect(value).toBeGreaterThanOrEqual(from);
  expect(value).toBeLessThanOrEqual(to);
}

describe("what a loss is worth", () => {
  const steady = { scans: 60, seen: 0, changes: 0, firstSeen: null, lastSeen: null };
  const lost = (kind: "host-disappeared" | "port-closed", role: HostRole | undefined, history = steady) => {
    const about = { kind, subject: "presence", port: null, before: {}, after: {}, history };
    return scoreDeviation(deviation({ ...about, ...(role === undefined ? {} : { role }) }), scoreInput()).band;
  };

  it.each<[string, "host-disappeared" | "port-closed", HostRole | undefined, typeof steady, string]>([
    ["a dead server", "host-disappeared", "server", steady, "high"],
    ["a dead node", "host-disappeared", "kubernetes-node", steady, "high"],
    ["a steady printer", "host-disappeared", "printer", steady, "high"],
    ["a steady camera", "host-disappeared", "iot", steady, "high"],
    ["a desk", "host-disappeared", "workstation", steady, "low"],
    ["a phone", "host-disappeared", "phone", steady, "low"],
    ["a service of a server", "port-closed", "server", steady, "high"],
    ["a service of a printer", "port-closed", "printer", steady, "medium"],
    ["a service of a desk", "port-closed", "workstation", steady, "low"],
    ["a dynamic port of a server", "port-closed", undefined, steady, "medium"],
  ])("%s", (_, kind, role, history, band) => {
    expect(lost(kind, role, history)).toBe(band);
  });

  it("never alerts where nobody can say what the host is for", () => {
    expect(["low", "medium"]).toContain(lost("host-disappeared", "unknown"));
  });

  it("stays what it was when the role is seen otherwise later", () => {
    const about = deviation({
      kind: "host-disappeared",
      port: null,
      before: {},
      after: {},
      history: steady,
      role: "unknown",
    });
    const first = scoreDeviation(about, scoreInput());
    expect(scoreDeviation({ ...about, role: "server" }, scoreInput({ former: first })).value).toBe(first.value);
  });
});
