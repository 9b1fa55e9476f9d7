import type { Anomaly, AnomalyGroup, AnomalyStep } from "../domain/anomaly.ts";
import type { HealthNotice } from "../domain/event.ts";
import type { FinishedReport } from "../pipeline/cycle-report.ts";

/**
 * The JSON of `tripline scan --from-xml … --format json`: a stable interface that people and benchmarks use beside
 * other differs. Fields are added, never renamed.
 */
export interface ScanJson {
  readonly cycles: readonly CycleJson[];
  readonly anomalies: readonly AnomalyJson[];
  readonly health: readonly { readonly kind: string; readonly file: string | null; readonly reason: string }[];
  readonly events: number;
}

export interface CycleJson {
  readonly file: string | null;
  readonly completeness: "complete" | "partial" | "failed";
  readonly verdict: "ok" | "degraded";
  readonly hosts: number;
  readonly learning: boolean;
  readonly anomalies: readonly string[];
}

export interface AnomalyJson {
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly score: number;
  readonly parts: readonly { readonly name: string; readonly points: number; readonly why: string }[];
  readonly host: {
    readonly id: string;
    readonly ip: string;
    readonly mac: string | null;
    readonly name: string | null;
  } | null;
  readonly port: { readonly number: number; readonly protocol: string } | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly state: string;
  readonly confirmed: boolean;
  readonly notable: boolean;
  /** Only where it is so: found by the first look at declarations, an inventory, of which critical findings alert. */
  readonly firstLook?: true;
  /** Of a rollout: the kind that its members would have alone, and what they changed from and to. */
  readonly group: { readonly kind: string; readonly from: string | null; readonly to: string | null } | null;
  readonly members: readonly { readonly ip: string }[];
  readonly message: string;
}

export function scanJson(
  cycles: readonly { readonly file: string | null; readonly report: FinishedReport }[],
): ScanJson {
  const steps = cycles.flatMap((cycle) => cycle.report.steps);
  return {
    cycles: cycles.map(({ file, report }) => ({
      file,
      completeness: report.summary.completeness,
      verdict: report.vantage.state,
      hosts: report.summary.hosts.up,
      learning: report.learning,
      anomalies: [...new Set(report.steps.map((step) => step.anomaly.id))],
    })),
    anomalies: latest(steps).map(({ anomaly, notable }) => anomalyJson(anomaly, notable)),
    health: cycles.flatMap(({ file, report }) => report.health.map((notice) => healthJson(notice, file))),
    events: cycles.reduce((sum, cycle) => sum + cycle.report.events, 0),
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

export function anomalyJson(anomaly: Anomaly, notable: boolean): AnomalyJson {
  const { host, port, score } = anomaly;
  return {
    id: anomaly.id,
    kind: anomaly.kind,
    severity: score.band,
    score: score.value,
    parts: score.parts,
    host: host === null ? null : { id: host.id, ip: host.address, mac: host.mac, name: host.name },
    port: port === null ? null : { number: port.number, protocol: port.transport },
    before: anomaly.before,
    after: anomaly.after,
    state: anomaly.state,
    confirmed: anomaly.confirmed,
    notable,
    ...(anomaly.declared?.firstEvaluation === true ? { firstLook: true } : {}),
    group: groupJson(anomaly.group),
    members: (anomaly.group?.members ?? []).map((member) => ({ ip: member.ip })),
    message: anomaly.message,
  };
}

function groupJson(group: AnomalyGroup | null): AnomalyJson["group"] {
  return group === null ? null : { kind: group.kind, from: group.from, to: group.to };
}

function healthJson(notice: HealthNotice, file: string | null): ScanJson["health"][number] {
  return { kind: notice.kind, file, reason: notice.reason ?? notice.message };
}
