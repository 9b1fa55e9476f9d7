import type { AuditEntry } from "./event.ts";
import type { AnomalyKind } from "./kinds/catalogue.ts";

/** How anomalies of a kind turned out. */
export interface VerdictCount {
  readonly kind: AnomalyKind;
  readonly normal: number;
  readonly real: number;
  /** The share that was real, 0–1. */
  readonly precision: number;
}

/** So far back verdicts count. */
export const VERDICT_WINDOW_MS = 30 * 86_400_000;

/** By kind, of the last word about each anomaly; the audit has the oldest first. What was taken back does not count. */
export function countVerdicts(audit: readonly AuditEntry[]): readonly VerdictCount[] {
  const last = new Map<string, AuditEntry["verdict"]>();
  for (const { kind, anomalyId, verdict } of audit) {
    if (anomalyId === null) continue;
    if (verdict !== undefined) last.set(anomalyId, verdict);
    else if (kind === "anomaly-reopened" || kind === "accept-undone") last.delete(anomalyId);
  }
  const given = [...last.values()].filter((one) => one !== undefined);
  return [...Map.groupBy(given, ({ kind }) => kind)]
    .map(([kind, all]) => {
      const real = all.filter((one) => one.as === "real").length;
      return { kind, normal: all.length - real, real, precision: real / all.length };
    })
    .toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
}
