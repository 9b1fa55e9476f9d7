import type { HostObservation, PortObservation, PortState } from "../../../src/domain/observation.ts";
import type { RunPlan } from "../../../src/domain/scan-plan.ts";
import { type Intervals, parseIntervals } from "../../../src/lib/intervals.ts";
import { plainRun } from "../../../src/scan/plan/plan.ts";

/** A host as a `ports` run shows it. */
export function host(address: string, open: readonly number[], more: Partial<HostObservation> = {}): HostObservation {
  return {
    address,
    state: "up",
    stateReason: "syn-ack",
    mac: null,
    macVendor: null,
    names: [],
    observedAt: 0,
    coverage: [],
    ports: open.map((number) => port(number, "open")),
    otherStates: [{ state: "closed", count: 50, transport: "tcp" }],
    os: null,
    distance: null,
    srttMicros: null,
    problems: [],
    allPortsOpen: null,
    truncated: [],
    ...more,
  };
}

export function port(number: number, state: PortState): PortObservation {
  const nothing = { service: null, identity: null, scripts: [], verified: false };
  return { transport: "tcp", number, state, reason: "syn-ack", reasonTtl: 64, ...nothing };
}

export function tcp(text: string): ReadonlyMap<"tcp", Intervals> {
  return new Map([["tcp", parseIntervals(text) ?? []]]);
}

export function portsRun(addresses: readonly string[], ports: string, more: Partial<RunPlan> = {}): RunPlan {
  const plan = plainRun({
    cycleId: "c1",
    shard: 0,
    n: 0,
    phase: "ports",
    technique: "syn",
    addresses,
    ports: tcp(ports),
    pace: "normal",
  });
  return { ...plan, ...more };
}
