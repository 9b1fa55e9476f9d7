import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import type { AnomalyKind } from "../../../src/domain/kinds/catalogue.ts";
import { cycle, host, learned, mac, series, told } from "../../baseline/world.ts";
import type { HostLike, PortLike } from "../../baseline/world.ts";

const SSH: PortLike = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2p1" };
const A: HostLike = { address: "10.0.0.7", mac: mac(7), ports: [SSH] };
const scan = (...ports: readonly PortLike[]) => [host({ ...A, ports })];
const BASELINE = learned(scan(SSH));
const [KNOWN] = [...BASELINE.hosts.values()];
const [OPENED] = cycle(BASELINE, scan(SSH, { number: 4444 })).deviations;

/** What the first evaluation of an inventory says about one endpoint. */
function finding(kind: AnomalyKind, number: number, more: Partial<Deviation> = {}): Deviation {
  if (OPENED === undefined) throw new Error("nothing was found");
  return {
    ...OPENED,
    kind,
    port: { transport: "tcp", number },
    subject: `tcp/${number}`,
    before: {},
    after: {},
    mature: true,
    confirmed: false,
    evidence: null,
    reasons: ["not-declared"],
    history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    declared: {
      verdict: "undeclared-open-port",
      severity: "high",
      intent: null,
      confidence: "exact",
      tool: "inventory",
      address: "row 3",
      source: null,
      expected: null,
      proposal: null,
      firstEvaluation: true,
    },
    ...more,
  };
}

const OPEN = scan(SSH, { number: 4444 });
const NEWER = scan({ ...SSH, version: "9.6p1" });

describe("whether a finding is part of an inventory or news", () => {
  it.each<{ name: string; scans: readonly (typeof OPEN)[]; declared: Deviation; inventory: boolean }>([
    {
      name: "what has been so all along is inventory",
      scans: [scan(SSH)],
      declared: finding("undeclared-port", 22),
      inventory: true,
    },
    {
      name: "a port that opened in this very scan is news",
      scans: [OPEN],
      declared: finding("undeclared-port", 4444),
      inventory: false,
    },
    {
      name: "a port that opened in the scan before is inventory",
      scans: [OPEN, OPEN],
      declared: finding("undeclared-port", 4444),
      inventory: true,
    },
    {
      name: "another version in this very scan is news",
      scans: [NEWER],
      declared: finding("undeclared-port", 22),
      inventory: false,
    },
    {
      name: "another version in the scan before is inventory",
      scans: [NEWER, NEWER],
      declared: finding("undeclared-port", 22),
      inventory: true,
    },
    {
      name: "news on another port says nothing about this one",
      scans: [OPEN],
      declared: finding("undeclared-port", 22),
      inventory: true,
    },
  ])("$name", ({ scans, declared, inventory }) => {
    const before = series(BASELINE, scans.slice(0, -1)).at(-1)?.lesson.baseline ?? BASELINE;
    const { deviations } = cycle(before, scans.at(-1) ?? OPEN, { declared: [declared] });
    const found = deviations.find((d) => d.kind === "undeclared-port");
    expect(found?.declared).toEqual({ ...declared.declared, firstEvaluation: inventory });
  });

  it("a change on a host that is still being learned is inventory: nothing of it is news", () => {
    const young = learned(scan(SSH), 3);
    const { deviations } = cycle(young, OPEN, { declared: [finding("undeclared-port", 4444)] });
    expect(deviations.map((d) => d.declared?.firstEvaluation)).toEqual([true]);
  });

  it("a host nobody knew that is not declared is news", () => {
    const stranger = host({ address: "10.0.0.9", mac: mac(9) });
    const appeared = cycle(BASELINE, [...scan(SSH), stranger]).deviations.find((d) => d.kind === "host-appeared");
    const declared = finding("undeclared-host", 22, { host: appeared?.host ?? null, port: null, subject: "presence" });
    const { deviations } = cycle(BASELINE, [...scan(SSH), stranger], { declared: [declared] });
    expect(deviations.map((d) => [d.kind, d.declared?.firstEvaluation])).toEqual([["undeclared-host", false]]);
  });
});

describe("what a finding takes over from what was seen", () => {
  const joined = (more: Partial<Deviation>, port: PortLike = { number: 4444 }) =>
    cycle(BASELINE, scan(SSH, port), { declared: [finding("undeclared-port", 4444, more)] }).deviations[0];

  it.each<{ name: string; more: Partial<Deviation>; port?: PortLike; joined: Partial<Deviation> }>([
    {
      name: "its own facts stay",
      more: { before: { state: "gone" }, after: { service: "own" } },
      port: { number: 4444, service: "http" },
      joined: { before: { state: "gone" }, after: { state: "open", service: "own", reason_ttl: 64, confidence: 10 } },
    },
    { name: "its own confirmation stays", more: { confirmed: true }, joined: { confirmed: true } },
    {
      name: "a second probe confirms it",
      more: {},
      port: { number: 4444, verified: true },
      joined: { confirmed: true, evidence: "handshake" },
    },
    { name: "its own evidence stays", more: { evidence: "no-response" }, joined: { evidence: "no-response" } },
    { name: "a closed segment stays one", more: { closedSegment: true }, joined: { closedSegment: true } },
    {
      name: "the history is that of the port",
      more: {},
      joined: { history: { scans: 20, seen: 0, changes: 0, firstSeen: null, lastSeen: null } },
    },
  ])("$name", ({ more, port, joined: expected }) => {
    expect(joined(more, port)).toMatchObject(expected);
  });

  it("holds at most twelve reasons", () => {
    const reasons = [
      "unknown-service",
      "unauthenticated",
      "not-declared",
      "same-identity",
      "same-product",
      "closed-segment",
      "key-replaced",
      "downgrade",
      "foreign-issuer",
      "self-signed",
      "name-lost",
      "family-changed",
      "corroborated",
    ] as const;
    expect(joined({ reasons })?.reasons).toEqual(reasons.slice(0, 12));
  });

  it("a finding without a port or about another host takes nothing", () => {
    const bare = finding("missing-endpoint", 22, { port: null, subject: "somewhere" });
    const other = finding("undeclared-port", 4444, {
      host: { id: "other", address: "10.0.0.50", mac: null, name: null, osFamily: null, tags: [] },
    });
    const { deviations } = cycle(BASELINE, OPEN, { declared: [bare, other] });
    expect(told(deviations)).toEqual([
      "missing-endpoint 10.0.0.7 somewhere",
      "port-opened 10.0.0.7 tcp/4444",
      "undeclared-port 10.0.0.50 tcp/4444",
    ]);
    expect(deviations.filter((d) => d.declared !== null).map((d) => d.history.scans)).toEqual([0, 0]);
  });

  it("a finding without a host is kept as it is", () => {
    const nobody = finding("missing-endpoint", 22, { host: null });
    expect(cycle(BASELINE, scan(SSH), { declared: [nobody] }).deviations).toEqual([nobody]);
    expect(KNOWN?.ports.has("tcp/22")).toBe(true);
  });
});
