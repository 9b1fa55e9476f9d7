import { isoTime } from "../../lib/time.ts";
import type { Anomaly, AnomalyStep } from "../../domain/anomaly.ts";
import type { HealthNotice } from "../../domain/event.ts";
import type { ExposedService, ScanFound } from "../../domain/found.ts";
import type { Delivery } from "../model/delivery.ts";
import type { CycleView, LearnedChange, ScanView } from "../model/scan.ts";
import { type AnomalyJson, anomalyJson } from "./anomaly.ts";

/**
 * The JSON of `tripline scan` and `tripline replay`: a stable interface that people and benchmarks use beside other
 * differs. Fields are added, never renamed.
 */
export interface ScanJson {
  readonly cycles: readonly CycleJson[];
  readonly anomalies: readonly AnomalyJson[];
  readonly health: readonly { readonly kind: string; readonly file: string | null; readonly reason: string }[];
  readonly events: number;
  readonly delivery: Delivery | null;
}

export interface CycleJson {
  readonly file: string | null;
  readonly completeness: "complete" | "partial" | "failed";
  readonly verdict: "ok" | "degraded";
  readonly hosts: number;
  readonly learning: boolean;
  readonly anomalies: readonly string[];
  /** UTC ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly found: FoundJson;
  readonly learned: readonly LearnedChange[];
  /** Absent: every scan teaches. `next` is ISO 8601. */
  readonly safe?: { readonly window: string | null; readonly next: string | null };
}

export interface FoundJson extends Omit<ScanFound, "exposed"> {
  readonly exposed: readonly (Omit<ExposedService, "port"> & {
    readonly port: { readonly number: number; readonly protocol: string };
  })[];
}

export function scanJson({ cycles, delivery }: Pick<ScanView, "cycles" | "delivery">): ScanJson {
  const steps = cycles.flatMap((cycle) => cycle.outcome.steps);
  return {
    cycles: cycles.map(cycleJson),
    anomalies: latest(steps).map(({ anomaly, notable }) => anomalyJson(anomaly, notable)),
    health: cycles.flatMap(({ file, outcome }) => outcome.health.map((notice) => healthJson(notice, file))),
    events: cycles.reduce((sum, cycle) => sum + cycle.outcome.events, 0),
    delivery,
  };
}

function cycleJson({ file, outcome, learned }: CycleView): CycleJson {
  return {
    file,
    completeness: outcome.summary.completeness,
    verdict: outcome.vantage.state,
    hosts: outcome.summary.hosts.up,
    learning: outcome.learning,
    anomalies: [...new Set(outcome.steps.map((step) => step.anomaly.id))],
    startedAt: outcome.startedAt,
    endedAt: outcome.endedAt,
    found: foundJson(outcome.found),
    learned,
    ...safeJson(outcome),
  };
}

function safeJson({ safe }: CycleView["outcome"]): Pick<CycleJson, "safe"> {
  if (safe === undefined) return {};
  return { safe: { window: safe.period?.window ?? null, next: safe.next === null ? null : isoTime(safe.next.from) } };
}

function foundJson({ hosts, ports, services, exposed }: ScanFound): FoundJson {
  return {
    hosts,
    ports,
    services,
    exposed: exposed.map(({ port, ...one }) => ({ ...one, port: { number: port.number, protocol: port.transport } })),
  };
}

/** One entry per anomaly in its last state; notable if any step of this call was. */
function latest(steps: readonly AnomalyStep[]): readonly { readonly anomaly: Anomaly; readonly notable: boolean }[] {
  const byId = new Map<string, { anomaly: Anomaly; notable: boolean }>();
  for (const step of steps) {
    const before = byId.get(step.anomaly.id)?.notable ?? false;
    byId.set(step.anomaly.id, { anomaly: step.anomaly, notable: before || step.notable });
  }
  return [...byId.values()];
}

function healthJson(notice: HealthNotice, file: string | null): ScanJson["health"][number] {
  return { kind: notice.kind, file, reason: notice.reason ?? notice.message };
}
