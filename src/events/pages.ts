import {
  type ActionSlug,
  ANOMALY_KINDS,
  type AnomalyKind,
  AUDIT_KINDS,
  type AuditKind,
  HEALTH_KINDS,
  type HealthKind,
} from "../domain/kinds.ts";

const ANOMALIES: ReadonlySet<string> = new Set<AnomalyKind>(ANOMALY_KINDS);
const HEALTH: ReadonlySet<string> = new Set<HealthKind>(HEALTH_KINDS);
const AUDIT: ReadonlySet<string> = new Set<AuditKind>(AUDIT_KINDS);

/**
 * The page of an action as a path in the repository, which is the same in the installed package; with an anchor where
 * actions share a page. An anomaly has a page of its own: it is what people are woken up for.
 */
export function pageOf(action: ActionSlug): string {
  if (ANOMALIES.has(action)) return `docs/anomalies/${action}.md`;
  if (HEALTH.has(action)) return `docs/health.md#${action}`;
  return AUDIT.has(action) ? `docs/audit.md#${action}` : `docs/observations.md#${action}`;
}

/** What events carry: the page below the address where the repository can be read, or its path alone. */
export function reference(action: ActionSlug, docsBase: string | null): string {
  return docsBase === null ? pageOf(action) : `${docsBase.replace(/\/+$/, "")}/${pageOf(action)}`;
}
