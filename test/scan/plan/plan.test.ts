import { describe, expect, test } from "vitest";
import { formatIntervals } from "../../../src/lib/intervals.ts";
import { nmapDeadlineMs } from "../../../src/scan/plan/deadline.ts";
import { estimateRun } from "../../../src/scan/plan/estimate.ts";
import { type CyclePlanInput, planCycle, planPresence, planSweepOf } from "../../../src/scan/plan/plan.ts";
import { portsRun, tcp } from "./hosts.ts";

function input(more: Partial<CyclePlanInput> = {}): CyclePlanInput {
  return {
    cycleId: "c1",
    profile: "ports",
    addresses: ["10.0.0.1", "10.0.0.2"],
    ports: tcp("22,80"),
    knownPorts: new Map(),
    declaredPorts: new Map(),
    fragile: new Set(),
    technique: "syn",
    pace: "normal",
    ...more,
  };
}

function tcpPorts(more: Partial<CyclePlanInput>): readonly string[] {
  return planCycle(input(more)).shards.map((shard) => formatIntervals(shard.ports.ports.get("tcp") ?? []));
}

describe("ports of a cycle", () => {
  test("are the configured, the known, and the declared together", () => {
    const knownPorts = new Map([["10.0.0.1", tcp("4444")]]);
    const declaredPorts = new Map([["10.0.0.2", tcp("8443")]]);
    expect(tcpPorts({ knownPorts, declaredPorts })).toEqual(["22,80,4444,8443"]);
  });

  test("known and declared ports of other shards stay there", () => {
    const knownPorts = new Map([["10.0.0.1", tcp("4444")]]);
    expect(tcpPorts({ knownPorts, shardSize: 1 })).toEqual(["22,80,4444", "22,80"]);
  });

  test("guarded ports are looked at like any other: a state does no harm", () => {
    expect(tcpPorts({ ports: tcp("9100,502") })).toEqual(["502,9100"]);
  });
});

describe("shards", () => {
  test("are sorted, cut at the size, and numbered", () => {
    const addresses = Array.from({ length: 5 }, (_, i) => `10.0.0.${11 - i}`);
    const plan = planCycle(input({ addresses, shardSize: 2 }));
    expect(plan.shards.map((shard) => [shard.n, shard.addresses])).toEqual([
      [0, ["10.0.0.7", "10.0.0.8"]],
      [1, ["10.0.0.9", "10.0.0.10"]],
      [2, ["10.0.0.11"]],
    ]);
  });

  test("never mix IPv4 and IPv6", () => {
    const plan = planCycle(input({ addresses: ["2001:db8::1", "10.0.0.1"] }));
    expect(plan.shards.map((shard) => shard.addresses)).toEqual([["10.0.0.1"], ["2001:db8::1"]]);
  });
});

test.each([
  ["SYN in IPv4", ["10.0.0.1", "10.0.0.2"], {}, 2 * (7 + 3)],
  ["SYN in IPv6, which has no timestamp request", ["2001:db8::1", "2001:db8::2"], {}, 2 * (6 + 3)],
  ["connections in IPv6", ["2001:db8::1"], { technique: "connect" as const }, 3 + 3],
  ["IPv6 hosts that are up anyway", ["2001:db8::1"], { assumeUp: true }, 3],
])("the estimate counts discovery and ports: %s", (_, addresses, more, packets) => {
  expect(estimateRun(portsRun(addresses, "22,80,443", more)).packets).toBe(packets);
});

test("fragile hosts are told to the operator, with how they are probed", () => {
  const fragile = new Set(["10.0.0.2"]);
  expect(planCycle(input({ fragile })).notes[0]).toContain("SYN only");
  expect(planCycle(input({ fragile, technique: "connect" })).notes[0]).toContain("raw sockets are missing");
});

test("the search for a moved endpoint asks every TCP port of one host and concludes no absence", () => {
  const { cycleId, shard, n, technique, pace } = portsRun([], "1");
  const plan = planSweepOf("10.0.0.1", { cycleId, shard, n, technique, pace });
  expect(plan).toMatchObject({ phase: "verify", addresses: ["10.0.0.1"], ports: tcp("1-65535"), assumeUp: true });
});

test("silent known hosts are asked on their known ports before anybody calls them gone", () => {
  const shard = planCycle(input()).shards[0]!;
  const plan = planPresence(shard, new Map([["10.0.0.2", tcp("22,8080")]]), 3);
  expect(plan).toMatchObject({ n: 3, phase: "verify", addresses: ["10.0.0.2"], ports: tcp("22,8080"), assumeUp: true });
  expect(planPresence(shard, new Map(), 3)).toBeNull();
});

describe("the deadline", () => {
  const few = portsRun(["10.0.0.1"], "1-100");

  test.each([
    ["grows with hosts", few, { ...few, addresses: ["10.0.0.1", "10.0.0.2"] }],
    ["grows with ports", few, { ...few, ports: tcp("1-200") }],
    ["grows with a politer pace", few, { ...few, pace: "polite" as const }],
    ["grows with version detection", few, { ...few, versionIntensity: 2, shortWait: true }],
    ["grows with intensity", { ...few, versionIntensity: 2 }, { ...few, versionIntensity: 7 }],
    ["grows with OS detection", few, { ...few, osDetection: true }],
    ["grows with scripts", few, { ...few, scripts: ["tripline-banner"] }],
  ])("%s", (_, less, more) => {
    expect(nmapDeadlineMs(more)).toBeGreaterThan(nmapDeadlineMs(less));
  });

  test("is never longer than six hours", () => {
    const addresses = Array.from({ length: 256 }, (_, i) => `10.0.0.${i}`);
    expect(nmapDeadlineMs(portsRun(addresses, "1-65535", { pace: "polite" }))).toBe(6 * 3_600_000);
  });
});
