import type { Anomaly, Mute } from "../../../src/domain/anomaly.ts";
import {
  emptyBaseline,
  type HostBaseline,
  type PortBaseline,
  type SegmentBaseline,
} from "../../../src/domain/baseline.ts";
import { cleanText } from "../../../src/domain/clean-text.ts";
import type { AuditEntry, EventDocument } from "../../../src/domain/event.ts";
import { portKey } from "../../../src/domain/network.ts";
import type { NmapRun } from "../../../src/domain/nmap-run.ts";
import type { HostObservation } from "../../../src/domain/observation.ts";
import type { CycleCommit, CycleRecord, OperatorCommit } from "../../../src/domain/ports/stores.ts";
import { NOW } from "./temp-store.ts";

export const SEGMENT = "office";

export function event(id: string, body = `{"event":{"id":"${id}"}}`): EventDocument {
  return {
    id,
    family: "anomaly",
    key: "office|h1",
    action: "port-opened",
    severity: "high",
    namespace: "default",
    body,
  };
}

export function cycle(id: string, more: Partial<CycleRecord> = {}): CycleRecord {
  return {
    id,
    segment: SEGMENT,
    profile: "ports",
    state: "running",
    startedAt: NOW,
    endedAt: null,
    scanNumber: 1,
    summary: null,
    vantage: null,
    learningChanges: 0,
    plan: null,
    ...more,
  };
}

export function cycleCommit(id: string, more: Partial<CycleCommit> = {}): CycleCommit {
  return {
    cycle: cycle(id, { state: "done", endedAt: NOW + 1000 }),
    baseline: null,
    touchedHosts: new Set(),
    anomalies: [],
    observationMarks: [],
    declared: null,
    events: [],
    committedAt: NOW + 1000,
    ...more,
  };
}

export function portBaseline(number: number, more: Partial<PortBaseline> = {}): PortBaseline {
  return {
    transport: "tcp",
    number,
    reference: "open",
    current: "open",
    misses: 0,
    opened: 3,
    firstSeen: { scan: 1, at: NOW },
    lastSeen: { scan: 3, at: NOW + 3 },
    history: 0b111,
    fields: new Map([["service", { value: "http", current: "http", streak: 3, observed: 3, changes: 0 }]]),
    fingerprinted: { scan: 3, at: NOW + 3, identified: true },
    ...more,
  };
}

export function hostBaseline(id: string, more: Partial<HostBaseline> = {}): HostBaseline {
  return {
    id,
    evidence: [{ kind: "mac", value: "00-11-22-33-44-55", strong: true }],
    address: "10.0.0.1",
    reference: "known",
    current: "up",
    misses: 0,
    covered: 3,
    firstSeen: { scan: 1, at: NOW },
    lastSeen: { scan: 3, at: NOW + 3 },
    osAskedAt: null,
    fields: new Map(),
    ports: new Map([80, 443].map((n) => [portKey({ transport: "tcp", number: n }), portBaseline(n)])),
    coverage: [{ transport: "tcp", phase: "ports", ports: [[1, 1000]], scans: 3, first: 1, last: 3 }],
    ...more,
  };
}

export function baselineOf(hosts: readonly HostBaseline[], more: Partial<SegmentBaseline> = {}): SegmentBaseline {
  return {
    ...emptyBaseline(SEGMENT),
    scans: 3,
    startedAt: NOW,
    lastScanAt: NOW + 3,
    hosts: new Map(hosts.map((h) => [h.id, h])),
    ...more,
  };
}

export function anomaly(id: string, more: Partial<Anomaly> = {}): Anomaly {
  return {
    id,
    segment: SEGMENT,
    kind: "port-opened",
    subject: "tcp/4444",
    target: "open",
    detector: { id: "port-opened", version: "1" },
    host: { id: "h1", address: "10.0.0.1", mac: null, name: "web", osFamily: null, tags: ["dmz"] },
    port: { transport: "tcp", number: 4444 },
    from: null,
    to: "open",
    before: { state: "closed" },
    after: { state: "open", port: 4444 },
    state: "open",
    episode: 1,
    count: 1,
    firstSeen: NOW,
    lastSeen: NOW,
    openedCycle: "c1",
    lastCycle: "c1",
    lastEventAt: NOW,
    score: {
      value: 60,
      band: "high",
      bits: 6.5,
      parts: [{ name: "rarity", points: 60, why: "never seen" }],
      exposure: "unknown",
    },
    confirmed: true,
    evidence: "syn-ack",
    reasons: ["rare-port"],
    informational: false,
    history: { scans: 3, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    declared: null,
    group: null,
    supersedes: [],
    closed: null,
    mute: null,
    message: "Port 4444/tcp opened.",
    ...more,
  };
}

export function mute(id: string, more: Partial<Mute> = {}): Mute {
  return { id, match: { port: "tcp/4444" }, reason: "planned", until: NOW + 1000, by: "ann", origin: "cli", ...more };
}

export function audit(id: string, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id,
    kind: "mute-added",
    at: NOW,
    by: "ann",
    via: "cli",
    object: "tcp/4444",
    reason: "planned",
    until: null,
    before: null,
    after: null,
    anomalyId: null,
    ...more,
  };
}

export function operatorCommit(id: string, more: Partial<OperatorCommit> = {}): OperatorCommit {
  return {
    audit: audit(id),
    anomalies: [],
    hosts: [],
    baseline: null,
    addMutes: [],
    removeMutes: [],
    events: [],
    ...more,
  };
}

export function text(value: string) {
  return cleanText(value, { maxBytes: 4096 });
}

export function hostObservation(address: string, more: Partial<HostObservation> = {}): HostObservation {
  return {
    address,
    state: "up",
    stateReason: "arp-response",
    mac: null,
    macVendor: null,
    names: [text("web.example")],
    observedAt: NOW,
    coverage: [{ transport: "tcp", phase: "ports", ports: [[1, 1000]] }],
    ports: [],
    otherStates: [{ state: "closed", count: 998, transport: "tcp" }],
    os: null,
    distance: 1,
    srttMicros: 312.5,
    problems: [],
    allPortsOpen: null,
    truncated: [],
    ...more,
  };
}

export function nmapRun(n: number, more: Partial<NmapRun> = {}): NmapRun {
  return {
    shard: 0,
    n,
    phase: "ports",
    technique: "connect",
    argv: ["nmap", "-sT", "10.0.0.1"],
    exitCode: 0,
    signal: null,
    startedAt: NOW,
    endedAt: NOW + 10,
    completeness: "complete",
    problems: [],
    reason: null,
    nmapVersion: "7.95",
    comparability: { presence: "p1", service: null, os: null, scripts: new Map([["ssh-hostkey", "s1"]]) },
    planned: 1,
    hostsUp: 1,
    hostsDown: 0,
    hosts: [hostObservation("10.0.0.1")],
    scriptErrors: [],
    raw: { path: `c1/0-${n}-ports.xml.zst`, sha256: "ab", bytes: 100 },
    ...more,
  };
}
