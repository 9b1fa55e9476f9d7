import type { AnomalyStep } from "../domain/anomaly.ts";
import type { HealthNotice } from "../domain/event.ts";
import { stableId } from "../lib/hash.ts";

/**
 * Event ids are made from immutable inputs only: a score, a message or a time in here would turn every retry into a
 * new document. The second field keeps the recipes apart, the first one versions of them.
 */
const VERSION = "1";

/**
 * `occasion`: the cycle id, `evaluation:` and the id of an evaluation between two scans, or for operator steps `audit:`
 * and the audit row id.
 */
export function stepEventId(step: AnomalyStep, installId: string, occasion: string): string {
  const { anomaly, transition, fingerprint, memberOf } = step;
  const detector = [anomaly.detector.id, anomaly.detector.version];
  // A member may have been told alone before, and be told of by two groups in one cycle.
  const recipe = memberOf === undefined ? ["anomaly"] : ["member", memberOf];
  return stableId(VERSION, ...recipe, installId, occasion, ...detector, anomaly.id, transition, fingerprint);
}

export function scanEventId(installId: string, cycleId: string): string {
  return stableId(VERSION, "scan", installId, cycleId);
}

/** `unit`: `host` or a port key; never the shard, which says nothing about what was seen. */
export function observationEventId(
  installId: string,
  cycleId: string,
  at: { readonly hostId: string; readonly unit: string },
): string {
  return stableId(VERSION, "observation", installId, cycleId, at.hostId, at.unit);
}

export function auditEventId(installId: string, auditId: string): string {
  return stableId(VERSION, "audit", installId, auditId);
}

/** `occasion`: cycle or evaluation and ordinal, or epoch and commit counter outside of a cycle. */
export function healthEventId(notice: HealthNotice, installId: string, occasion: readonly string[]): string {
  return stableId(VERSION, "health", installId, notice.kind, notice.subject ?? "", ...occasion);
}
