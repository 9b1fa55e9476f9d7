import { readFileSync } from "node:fs";
import type { Anomaly, Mute, Score } from "../../src/domain/anomaly.ts";
import {
  emptyBaseline,
  type FieldBaseline,
  type HostBaseline,
  type SegmentBaseline,
} from "../../src/domain/baseline.ts";
import type { CycleContext } from "../../src/domain/cycle.ts";
import type { DeclaredView } from "../../src/domain/declaration.ts";
import type { Deviation, HostRef } from "../../src/domain/deviation.ts";
import type { PastAnomalies } from "../../src/domain/past-anomalies.ts";
import type { AnomalyKind } from "../../src/domain/kinds/catalogue.ts";
import { parseYaml } from "../../src/lib/yaml.ts";
import { parsePortKey, type PortKey } from "../../src/domain/network.ts";
import { type AdvanceInput, type Advance, advanceAnomalies } from "../../src/score/life/life-cycle.ts";
import { parseScoringRules, type ScoringRules } from "../../src/score/weigh/rules.ts";
import { type Rates, ratesOf } from "../../src/score/weigh/rates.ts";
import type { ScoreInput } from "../../src/score/weigh/score.ts";

export const RULES_FILE = new URL("../../rules/scoring/default.yaml", import.meta.url);

export const rules: ScoringRules = readRules();

/** The weights of one day: the examples that the event contract prints do not move when weights are fitted. */
export const frozenRules: ScoringRules = frozen();

function frozen(): ScoringRules {
  const file = new URL("../fixtures/scoring/frozen.yaml", import.meta.url);
  const then = parseYaml(readFileSync(file, "utf8")).value as ScoringRules;
  return { ...rules, ...then, kinds: { ...rules.kinds, ...then.kinds } };
}

/** Where everything is expected once in so many days of a host. */
export function onceIn(days: number): Rates {
  return { likelihood: () => 1 / days, numberText: () => null };
}

/** What is expected of host 41 when it was watched alone for so many days, with what happened in them. */
export function watchedFor(days: number, churn: HostBaseline["churn"] = new Map()): Rates {
  return ratesOf(segmentOf([aged(41, days, { churn })], days), rules);
}

/** A host that was watched for so many days until now. */
export function aged(n: number, days: number, extra: Partial<HostBaseline> = {}): HostBaseline {
  const now = START;
  return {
    id: `host-${n}`,
    evidence: [],
    address: `10.20.30.${n}`,
    reference: "known",
    current: "up",
    misses: 0,
    covered: Math.ceil(days * 4),
    firstSeen: { scan: 1, at: now - days * DAY },
    lastSeen: { scan: Math.ceil(days * 4), at: now },
    osAskedAt: null,
    fields: new Map(),
    ports: new Map(),
    coverage: [],
    ...extra,
  };
}

export function segmentOf(hosts: readonly HostBaseline[], days: number): SegmentBaseline {
  return {
    ...emptyBaseline("dmz-west"),
    scans: Math.ceil(days * 4),
    startedAt: START - days * DAY,
    lastScanAt: START,
    watchedMs: days * DAY,
    hosts: new Map(hosts.map((one) => [one.id, one])),
  };
}

function readRules(): ScoringRules {
  const parsed = parseScoringRules(readFileSync(RULES_FILE, "utf8"), "rules/scoring/default.yaml");
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 10, 20, 9, 30);

export function host(n: number, extra: Partial<HostRef> = {}): HostRef {
  return {
    id: `host-${n}`,
    address: `10.20.30.${n}`,
    mac: null,
    name: `app${n}.corp.example`,
    osFamily: "linux",
    tags: [],
    ...extra,
  };
}

/** A mature deviation: by default port 4444/tcp opened on host 41 after 400 scans. */
export function deviation(extra: Partial<Deviation> = {}): Deviation {
  const port = extra.port === undefined ? { transport: "tcp" as const, number: 4444 } : extra.port;
  return {
    kind: "port-opened",
    detector: { id: extra.kind ?? "port-opened", version: "1.0.0" },
    host: host(41),
    port,
    subject: port === null ? "presence" : `${port.transport}/${port.number}`,
    target: "open",
    from: "closed",
    to: "open",
    before: { state: "closed" },
    after: { state: "open" },
    mature: true,
    confirmed: true,
    evidence: "syn-ack",
    observedAt: START,
    history: { scans: 400, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    declared: null,
    reasons: [],
    informational: false,
    closedSegment: false,
    ...extra,
  };
}

export function change(
  kind: AnomalyKind,
  ...[n, [from, to], extra = {}]: readonly [number, readonly [string, string], Partial<Deviation>?]
): Deviation {
  const port = { transport: "tcp" as const, number: 22 };
  return deviation({
    kind,
    host: host(n),
    port,
    from,
    to,
    target: to,
    before: { version: from },
    after: { version: to, product: "OpenSSH", service: "ssh" },
    ...extra,
  });
}

export function declared(extra: Partial<DeclaredView> = {}): DeclaredView {
  return {
    verdict: "port-moved",
    severity: "medium",
    intent: "must-open",
    confidence: "exact",
    tool: "compose",
    address: "services.billing.ports[0]",
    source: {
      file: "deploy/compose.yaml",
      line: 14,
      column: 9,
      format: "compose",
      digest: "00",
      readAt: START,
      stale: false,
    },
    expected: { ip: "10.20.30.52", port: 8080, transport: "tcp", service: "http", scope: [] },
    proposal: null,
    firstEvaluation: false,
    ...extra,
  };
}

export function scoreInput(extra: Partial<ScoreInput> = {}): ScoreInput {
  return { rules, rates: watchedFor(100), tags: [], corroborating: 0, vantageClosed: false, ...extra };
}

export function context(extra: Partial<CycleContext> = {}): CycleContext {
  return {
    cycleId: "cycle-1",
    installId: "install",
    profile: "ports",
    vantage: {
      name: "vp",
      segment: "dmz-west",
      closed: false,
      hostname: null,
      sourceAddress: null,
      mac: null,
      privilege: "single",
    },
    namespace: "default",
    scanNumber: 1,
    startedAt: START - MINUTE,
    endedAt: START,
    committedAt: START,
    agentVersion: "0.1.0",
    maturity: { scans: 20, atLeastMs: 0 },
    alertAt: 48,
    labels: new Map(),
    tags: [],
    publicUrl: null,
    docsBase: null,
    recorded: false,
    ...extra,
  };
}

export function mute(extra: Partial<Mute> = {}): Mute {
  return {
    id: "m1",
    match: { kind: "port-opened" },
    reason: "change CHG-4711",
    until: START + 10 * HOUR,
    by: "soc-duty",
    origin: "tripline.yaml:9",
    ...extra,
  };
}

export function pointsOf(score: Score): Readonly<Record<string, number>> {
  return Object.fromEntries(score.parts.map((p) => [p.name, p.points]));
}

function isOver({ state }: Anomaly): boolean {
  return state === "resolved" || state === "aged";
}

function pastOf(over: readonly Anomaly[]): PastAnomalies {
  return {
    find: (id) => over.find((one) => one.id === id) ?? null,
    onPort: (port, since) =>
      over.filter((one) => one.state === "resolved" && one.port?.number === port && one.firstSeen >= since),
  };
}

/** A segment that remembers its anomalies from cycle to cycle, as the store does. */
export function life(options: Partial<AdvanceInput> = {}) {
  const rows = new Map<string, Anomaly>();
  const baseline: SegmentBaseline = emptyBaseline("dmz-west");
  let cycle = 0;
  return {
    rows,
    row: (id: string) => rows.get(id),
    /** One cycle `at` hours after the start; deviations carry that time. */
    cycle(deviations: readonly Deviation[], extra: Partial<AdvanceInput> & { readonly at?: number } = {}): Advance {
      cycle++;
      const at = START + (extra.at ?? cycle - 1) * HOUR;
      const result = advanceAnomalies({
        context: context({ cycleId: `cycle-${cycle}`, endedAt: at, committedAt: at }),
        open: [...rows.values()].filter((row) => !isOver(row)),
        past: pastOf([...rows.values()].filter(isOver)),
        deviations: deviations.map((d) => ({ ...d, observedAt: at })),
        standing: () => "unmeasured",
        rules,
        baseline,
        mutes: [],
        degraded: false,
        doubtful: false,
        ...options,
        ...extra,
      });
      for (const anomaly of result.changed) rows.set(anomaly.id, anomaly);
      return result;
    },
  };
}

/** `opened port-opened tcp/4444` per step, for tables. */
export function told(result: Advance): readonly string[] {
  return result.steps.map((s) => `${s.transition} ${s.anomaly.kind} ${s.anomaly.subject}`);
}

/** A segment in which one port of one host remembers one version. */
export function baselineWith(hostId: string, key: PortKey, version: FieldBaseline): SegmentBaseline {
  const seen = { scan: 1, at: START };
  const port = parsePortKey(key);
  if (port === null) throw new Error(`no port key: ${key}`);
  const state = { reference: "open", current: "open", misses: 0, opened: 40, history: 1 } as const;
  const remembered = {
    ...port,
    ...state,
    firstSeen: seen,
    lastSeen: seen,
    fields: new Map([["version" as const, version]]),
    fingerprinted: null,
  };
  const owner: HostBaseline = {
    id: hostId,
    evidence: [],
    address: "10.20.30.41",
    reference: "known",
    current: "up",
    misses: 0,
    covered: 40,
    firstSeen: seen,
    lastSeen: seen,
    osAskedAt: null,
    fields: new Map(),
    ports: new Map([[key, remembered]]),
    coverage: [],
  };
  return { ...emptyBaseline("dmz-west"), hosts: new Map([[hostId, owner]]) };
}

export function nonNull<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a value was expected");
  return value;
}
