import { describe, expect, test } from "vitest";
import type { NmapRun } from "../../../src/domain/nmap-run.ts";
import type { HostObservation } from "../../../src/domain/observation.ts";
import { mergeObservations } from "../../../src/scan/quality/merge.ts";
import { host, port, portsRun } from "../plan/hosts.ts";

const DOWN: Partial<HostObservation> = { state: "down", stateReason: "no-response", otherStates: [] };

function run(phase: "ports" | "verify", seen: HostObservation): NmapRun {
  return {
    ...portsRun([seen.address], "22"),
    phase,
    argv: [],
    exitCode: 0,
    signal: null,
    startedAt: 0,
    endedAt: 0,
    completeness: "complete",
    problems: [],
    reason: null,
    nmapVersion: "7.93",
    comparability: { presence: "syn", service: null, os: null, scripts: new Map() },
    planned: 1,
    hostsUp: 1,
    hostsDown: 0,
    hosts: [seen],
    scriptErrors: [],
    raw: null,
  };
}

/** A host of a re-probe with -Pn whose port 22 is in this state. */
function assumed(state: "open" | "closed" | "filtered"): HostObservation {
  return host("10.0.0.1", [], { stateReason: "user-set", ports: [port(22, state)], otherStates: [] });
}

describe("a re-probe that assumes the host up", () => {
  test.each([
    ["filtered", "down"],
    ["closed", "up"],
    ["open", "up"],
  ] as const)("finds %s: the host that was down is %s", (state, expected) => {
    const merged = mergeObservations([run("ports", host("10.0.0.1", [], DOWN)), run("verify", assumed(state))]);
    expect(merged.map((one) => one.state)).toEqual([expected]);
  });

  test("makes no host out of silence when the first run proved nothing about it", () => {
    expect(mergeObservations([run("verify", assumed("filtered"))])).toEqual([]);
  });

  test("still contradicts an open port of a host that is up", () => {
    const [merged] = mergeObservations([run("ports", host("10.0.0.1", [22])), run("verify", assumed("filtered"))]);
    expect(merged).toMatchObject({ state: "up", ports: [] });
  });
});
