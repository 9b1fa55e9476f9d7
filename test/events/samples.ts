import type { Anomaly, AnomalyStep, Score, ScorePart } from "../../src/domain/anomaly.ts";
import { bandOf, SCORE_PARTS } from "../../src/domain/anomaly.ts";
import type { CycleContext, ScanSummary, Vantage, VantageVerdict } from "../../src/domain/cycle.ts";
import type { HostRef } from "../../src/domain/deviation.ts";
import type { EventDocument } from "../../src/domain/event.ts";
import type { CycleEvents } from "../../src/events/encode-cycle.ts";
import { encodeHealth } from "./checked.ts";

export function at(time: string): number {
  return Date.parse(time);
}

export const VANTAGE: Vantage = {
  name: "vp-dmz-west-1",
  segment: "dmz-west",
  closed: true,
  hostname: "trip-dmz-west.corp.example",
  sourceAddress: "10.20.30.5",
  mac: "00:50:56:9A:11:05",
  privilege: "single",
};

export function context(changed: Partial<CycleContext> = {}): CycleContext {
  return {
    cycleId: "01a1f84a-95c0-74b5-b4cc-f4db2dbe7dfc",
    installId: "6f3c1d52-8f0a-4c53-9a57-2d1f0f6a7b11",
    profile: "ports",
    vantage: VANTAGE,
    namespace: "default",
    scanNumber: 413,
    startedAt: at("2026-11-20T09:30:00.012Z"),
    endedAt: at("2026-11-20T09:30:20.446Z"),
    committedAt: at("2026-11-20T09:30:21.004Z"),
    agentVersion: "1.0.0",
    maturity: { scans: 20, atLeastMs: 3 * 86_400_000 },
    alertAt: 48,
    labels: new Map([["site", "west"]]),
    tags: [],
    publicUrl: "https://trip-dmz-west.corp.example:7420",
    docsBase: "https://docs.example/tripline",
    recorded: false,
    ...changed,
  };
}

export function summary(changed: Partial<ScanSummary> = {}): ScanSummary {
  return {
    completeness: "complete",
    problems: [],
    reason: null,
    method: "syn",
    nmapVersion: "7.95",
    coverage: 1,
    hosts: { planned: 254, up: 61, partial: 0, unmeasured: 0 },
    ports: { probed: 3691, open: 402 },
    scriptErrors: [],
    comparability: new Map([["presence", "8254c329a92850f6"]]),
    raw: { ref: "01a1f84a/3-1-ports.xml.zst", sha256: "ec".repeat(32), bytes: 1_840_233 },
    outOfScope: 0,
    narrowed: false,
    ...changed,
  };
}

export const HEALTHY: VantageVerdict = { state: "ok", problems: [], reason: null, notApplicable: [] };

export const APP07: HostRef = {
  id: "h2orarkfa3ogmmxycwlclfkdmi",
  address: "10.20.30.41",
  mac: "00-50-56-9A-3C-41",
  name: "app07.corp.example",
  osFamily: "Linux",
  tags: ["crown-jewel"],
};

export type Points = Partial<Readonly<Record<ScorePart, number>>>;

export function score(points: Points, changed: Partial<Score> = {}): Score {
  const parts = SCORE_PARTS.map((name) => ({ name, points: points[name] ?? 0, why: `${name} of this sample` }));
  const sum = parts.reduce((total, part) => total + part.points, 0);
  const value = Math.round(Math.min(100, Math.max(0, sum)));
  return { value, band: bandOf(value), bits: 11.6, parts, exposure: "unknown", ...changed };
}

export function anomaly(changed: Partial<Anomaly> = {}): Anomaly {
  const seen = at("2026-11-20T09:30:14.218Z");
  return {
    id: "kaajroxej66seh7swgajdss6ia",
    segment: "dmz-west",
    kind: "port-opened",
    subject: "tcp/4444",
    target: "open",
    detector: { id: "port-opened", version: "1.0.0" },
    host: APP07,
    port: { transport: "tcp", number: 4444 },
    from: "closed",
    to: "open",
    before: { state: "closed" },
    after: { state: "open", reason_ttl: 64 },
    state: "open",
    episode: 1,
    count: 1,
    firstSeen: seen,
    lastSeen: seen,
    openedCycle: "01a1f84a-95c0-74b5-b4cc-f4db2dbe7dfc",
    lastCycle: "01a1f84a-95c0-74b5-b4cc-f4db2dbe7dfc",
    lastEventAt: seen,
    score: score({ rarity: 48, exposure: 24, criticality: 15 }),
    confirmed: true,
    evidence: "syn-ack",
    reasons: ["rare-port", "unknown-service", "high-criticality"],
    informational: false,
    history: {
      scans: 412,
      seen: 0,
      changes: 0,
      firstSeen: at("2026-10-02T00:00:11.000Z"),
      lastSeen: at("2026-11-20T09:00:13.771Z"),
    },
    declared: null,
    group: null,
    supersedes: [],
    closed: null,
    mute: null,
    message: "New open port 4444/tcp (unknown service) on app07.corp.example (10.20.30.41), segment dmz-west.",
    ...changed,
  };
}

export function step(changed: Partial<AnomalyStep> = {}): AnomalyStep {
  return {
    anomaly: anomaly(),
    transition: "opened",
    notable: true,
    previousScore: null,
    at: at("2026-11-20T09:30:14.218Z"),
    fingerprint: "0f".repeat(16),
    reason: "Port never open in 412 covered scans since 2026-10-02; confirmed by a second probe.",
    ...changed,
  };
}

export function cycle(changed: Partial<CycleEvents> = {}): CycleEvents {
  return {
    context: context(),
    summary: summary(),
    vantage: HEALTHY,
    hosts: () => null,
    declaredAt: () => null,
    declared: null,
    exposureOf: () => ({ class: "unknown", usualPort: null }),
    steps: [],
    members: [],
    health: [],
    observations: [],
    learningChanges: 0,
    outbox: null,
    ...changed,
  };
}

/** The `n`th of any number of real events, for tests of whoever carries them: small, each with an id of its own. */
export function sampleEvent(n: number): EventDocument {
  const notice = { kind: "agent-started", subject: null, message: "Agent started.", reason: null, code: null } as const;
  return encodeHealth({ ...notice, outcome: "success" }, context(), { epoch: "sample", commitCounter: n });
}
