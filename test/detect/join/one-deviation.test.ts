import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import type { AnomalyKind } from "../../../src/domain/kinds/catalogue.ts";
import { cycle, host, learned, mac, series, told } from "../../baseline/world.ts";
import type { HostLike } from "../../baseline/world.ts";

const SSH = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2p1", banner: "b", ssh: "k1" } as const;
const A: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [SSH, { number: 8080 }] };
const BASELINE = learned([host(A)]);
const [known] = [...BASELINE.hosts.values()];

function declared(kind: AnomalyKind, changes: Partial<Deviation> = {}): Deviation {
  const ref = { id: known?.id ?? "", address: A.address, mac: null, name: null, osFamily: null, tags: [] };
  return {
    kind,
    detector: { id: `declared-${kind}`, version: "1.0.0" },
    host: ref,
    port: { transport: "tcp", number: 4444 },
    subject: "tcp/4444",
    target: "open",
    from: null,
    to: "open",
    before: {},
    after: { service: "declared" },
    mature: true,
    confirmed: false,
    evidence: null,
    observedAt: 0,
    history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    declared: {
      verdict: "undeclared-open-port",
      severity: "high",
      intent: null,
      confidence: "exact",
      tool: "inventory",
      address: null,
      source: null,
      expected: null,
      proposal: null,
      firstEvaluation: false,
    },
    reasons: ["not-declared"],
    informational: false,
    closedSegment: false,
    ...changes,
  };
}

describe("one endpoint, one deviation", () => {
  it("the declaration gives the kind, the baseline what it remembers", () => {
    const now = [host({ ...A, ports: [SSH, { number: 8080 }, { number: 4444, verified: true }] })];
    const { deviations } = cycle(BASELINE, now, { declared: [declared("undeclared-port")] });
    expect(told(deviations)).toEqual(["undeclared-port 10.0.0.7 tcp/4444"]);
    expect(deviations[0]).toMatchObject({
      confirmed: true,
      evidence: "handshake",
      history: { scans: 20, seen: 0 },
      before: { state: "closed" },
      after: { state: "open", service: "declared", reason_ttl: 64 },
    });
  });

  it("a declared finding without a partner still gets the history of its port", () => {
    const finding = declared("undeclared-port", { port: { transport: "tcp", number: 22 }, subject: "tcp/22" });
    const { deviations } = cycle(BASELINE, [host(A)], { declared: [finding] });
    expect(deviations[0]?.history.scans).toBe(20);
  });

  it("a moved port takes the closed end and the open end", () => {
    const now = [host({ ...A, ports: [SSH, { number: 8081 }] })];
    const once = cycle(BASELINE, now).lesson.baseline;
    const finding = declared("port-moved", {
      subject: "tcp/8080",
      port: { transport: "tcp", number: 8080 },
      before: { port: 8080 },
      after: { port: 8081 },
    });
    expect(told(cycle(once, now).deviations)).toEqual([
      "port-closed 10.0.0.7 tcp/8080",
      "port-opened 10.0.0.7 tcp/8081",
    ]);
    expect(told(cycle(once, now, { declared: [finding] }).deviations)).toEqual(["port-moved 10.0.0.7 tcp/8080"]);
  });

  it("a changed host key on an undeclared port stays a fact of its own", () => {
    const finding = declared("undeclared-port", { port: { transport: "tcp", number: 22 }, subject: "tcp/22" });
    const now = [host({ ...A, ports: [{ ...SSH, ssh: "k2", version: "9.6p1" }, { number: 8080 }] })];
    expect(told(cycle(BASELINE, now, { declared: [finding] }).deviations)).toEqual([
      "hostkey-changed 10.0.0.7 tcp/22",
      "undeclared-port 10.0.0.7 tcp/22",
    ]);
  });

  it("an undeclared host replaces its appearance, ports included", () => {
    const now = [host(A), host({ address: "10.0.0.9", mac: mac(9), ports: [{ number: 23 }] })];
    const [first] = cycle(BASELINE, now).deviations;
    const finding = declared("undeclared-host", { host: first?.host ?? null, port: null, subject: "presence" });
    const { deviations } = cycle(BASELINE, now, { declared: [finding] });
    expect(told(deviations)).toEqual(["undeclared-host 10.0.0.9 presence"]);
    expect(deviations[0]?.reasons).toEqual(["not-declared", "new-host"]);
  });

  it("another machine is told once: its keys, its name, its software and the ports of both follow", () => {
    const now = [
      host({ ...A, mac: mac(70), name: "x.example", ports: [{ ...SSH, ssh: "k2", product: "x" }, { number: 4444 }] }),
    ];
    const cycles = series(BASELINE, [now, now]);
    expect(cycles.map((c) => told(c.deviations))).toEqual(Array(2).fill(["identity-changed 10.0.0.7 identity"]));
  });
});

describe("what makes a deviation rare does not fade while nobody looks", () => {
  it("a new port was never open before, in its first scan and in its fortieth", () => {
    const now = [host({ ...A, ports: [SSH, { number: 8080 }, { number: 4444 }] })];
    const seen = series(BASELINE, Array(40).fill(now)).map((c) => c.deviations[0]?.history.seen);
    expect(new Set(seen)).toEqual(new Set([0]));
  });
  it("a port that opens for the second time was open before", () => {
    const odd = [host({ ...A, ports: [SSH, { number: 8080 }, { number: 4444 }] })];
    const last = series(BASELINE, [odd, [host(A)], [host(A)], odd, odd]).at(-1);
    expect(last?.deviations[0]?.history).toMatchObject({ seen: 1, changes: 2 });
  });
  it("a field counts the changes before this one", () => {
    const odd = [host({ ...A, ports: [{ ...SSH, version: "9.6p1" }, { number: 8080 }] })];
    const changes = series(BASELINE, [odd, odd, odd]).map((c) => c.deviations[0]?.history.changes);
    expect(changes).toEqual([0, 0, 0]);
  });
});
