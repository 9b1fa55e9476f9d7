import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeDeclarations } from "../../../src/declared/bind/merge.ts";
import { drift, type DriftReport } from "../../../src/declared/compare/drift.ts";
import type { DeclaredState } from "../../../src/domain/declaration.ts";
import { type HostObservation } from "../../../src/domain/observation.ts";
import { compareAddresses } from "../../../src/lib/ip.ts";
import { deepFreeze, host } from "../../baseline/world.ts";
import { row, source } from "../support/declarations.ts";

const number = fc.integer({ min: 1, max: 6 });
const service = fc.constantFrom("http", "ssh", "ftp");

const rows = fc.uniqueArray(
  fc.record({
    host: fc.constantFrom("10.0.0.1", "10.0.0.2", "2001:db8::2", "10.0.0.0/30", "db.example"),
    port: number,
    any: fc.boolean(),
    service,
    file: fc.constantFrom("a.csv", "b.csv"),
  }),
  { maxLength: 8, selector: ({ host: at, port }) => `${at} ${port}` },
);

const observations = fc.uniqueArray(
  fc.record({
    address: fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.9.9", "2001:db8::2"),
    state: fc.constantFrom<HostObservation["state"]>("up", "up", "up", "down"),
    covered: fc.constantFrom<readonly [number, number][] | null>([[1, 6]], [[1, 3]], null),
    name: fc.constantFrom("db.example", "web.example"),
    ports: fc.uniqueArray(fc.record({ number, service, state: fc.constantFrom("open", "open", "filtered") }), {
      maxLength: 5,
      selector: (port) => port.number,
    }),
  }),
  { maxLength: 5, selector: ({ address }) => address },
);

const files = fc.record({
  completeFor: fc.constantFrom<readonly string[]>([], ["10.0.0.0/24"]),
  state: fc.constantFrom("read", "stale", "unreadable"),
});

interface World {
  readonly state: DeclaredState;
  readonly seen: readonly HostObservation[];
}

const world: fc.Arbitrary<World> = fc.record({ rows, observations, a: files, b: files }).map((given) => ({
  state: {
    declarations: mergeDeclarations(given.rows.map(row), 1),
    sources: [source("a.csv", given.a), source("b.csv", given.b)],
  },
  seen: given.observations.map((one) => host({ ...one, ports: one.state === "up" ? one.ports : [] })),
}));

function compare({ state, seen }: World, more: { readonly degraded?: boolean } = {}): DriftReport {
  return drift({
    state,
    observations: seen,
    vantageDegraded: more.degraded ?? false,
    vantageAddress: null,
    remembered: () => new Map(),
  });
}

const always = (law: (world: World) => void) => fc.assert(fc.property(world, law), { numRuns: 150 });

describe("declared against seen, whatever is declared and seen", () => {
  it("changes nothing that it was given, and says the same again", () => {
    always((given) => {
      deepFreeze(given);
      expect(compare(given)).toEqual(compare(given));
    });
  });

  it("says the same in whatever order hosts are seen and rows stand", () => {
    always(({ state, seen }) => {
      const turned = { ...state, declarations: mergeDeclarations(state.declarations.toReversed(), 1) };
      const { expected, ...report } = compare({ state, seen });
      const { expected: other, ...same } = compare({ state: turned, seen: seen.toReversed() });
      expect(same).toEqual(report);
      expect(new Map(other)).toEqual(new Map(expected));
    });
  });

  it("counts every open port once: explained, unclaimed, or found undeclared", () => {
    always((given) => {
      const { findings, live, explained, unclaimed } = compare(given);
      expect(live).toBe(given.seen.flatMap(({ ports }) => ports.filter(({ state }) => state === "open")).length);
      const strangers = new Set(findings.filter(({ kind }) => kind === "undeclared-host").map((one) => one.host));
      const theirs = given.seen
        .filter(({ address }) => strangers.has(address))
        .flatMap(({ ports }) => ports.filter(({ state }) => state === "open"));
      const found = findings.filter(({ kind }) => kind === "undeclared-open-port" || kind === "port-moved");
      expect(explained + unclaimed + found.length + theirs.length).toBe(live);
    });
  });

  it("expects nothing that is not open", () => {
    always((given) => {
      for (const [address, keys] of compare(given).expected) {
        const seen = given.seen.find((one) => one.address === address);
        const open = seen?.ports.filter(({ state }) => state === "open").map(({ number: n }) => `tcp/${n}`) ?? [];
        expect(open).toEqual(expect.arrayContaining([...keys]));
      }
    });
  });

  it("calls nothing undeclared or moved while a source cannot be read", () => {
    always((given) => {
      const unreadable = { ...given.state, sources: [source("c.csv", { state: "unreadable" })] };
      const { findings, incomplete } = compare({ ...given, state: unreadable });
      expect(incomplete).toBe(true);
      expect(findings.filter(({ declaration, kind }) => declaration === null || kind === "port-moved")).toEqual([]);
    });
  });

  it("concludes nothing absent from a degraded vantage, and nothing else changes but what absence was paired with", () => {
    always((given) => {
      const degraded = compare(given, { degraded: true });
      expect(degraded.findings.filter(({ absence, kind }) => absence || kind === "port-moved")).toEqual([]);
      const { live, explained, unclaimed, notMeasured, expected } = compare(given);
      expect(degraded).toMatchObject({ live, explained, unclaimed, notMeasured, expected });
    });
  });

  it("lists the worst first, then by address and port", () => {
    always((given) => {
      const { findings } = compare(given);
      for (const [i, after] of findings.slice(1).entries()) {
        const before = findings[i];
        if (before === undefined || before.severity !== after.severity) continue;
        expect(compareAddresses(before.host, after.host)).toBeLessThanOrEqual(0);
        if (before.host === after.host) expect(before.port?.number ?? 0).toBeLessThanOrEqual(after.port?.number ?? 0);
      }
      const ranks = findings.map(({ severity }) => ["critical", "high", "medium", "low"].indexOf(severity));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    });
  });

  it("a declaration of everything that is open leaves nothing undeclared", () => {
    always((given) => {
      const open = given.seen.flatMap(({ address, ports }) =>
        ports.map((port) => ({ host: address, port: port.number })),
      );
      const all = mergeDeclarations([...given.state.declarations, ...open.map(row)], 1);
      const { findings, live, explained } = compare({ ...given, state: { ...given.state, declarations: all } });
      expect(findings.filter(({ kind }) => kind === "undeclared-open-port")).toEqual([]);
      expect(explained).toBe(live);
    });
  });
});
