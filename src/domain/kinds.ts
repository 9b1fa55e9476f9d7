/** Kinds of anomalies: the action slugs of the event contract that this version can raise. A closed list. */
export const ANOMALY_KINDS = [
  "port-opened",
  "port-closed",
  "service-changed",
  "version-changed",
  "version-downgraded",
  "banner-changed",
  "certificate-changed",
  "certificate-renewed",
  "hostkey-changed",
  "host-appeared",
  "host-disappeared",
  "host-moved",
  "name-changed",
  "mac-changed",
  "os-shifted",
  "identity-changed",
  "all-ports-open",
  "ports-opened",
  "rollout",
  "undeclared-port",
  "undeclared-host",
  "port-moved",
  "missing-endpoint",
  "service-mismatch",
] as const;
export type AnomalyKind = (typeof ANOMALY_KINDS)[number];

/** Kinds that come from declarations: they need no maturity. */
export const DECLARED_KINDS: ReadonlySet<AnomalyKind> = new Set<AnomalyKind>([
  "undeclared-port",
  "undeclared-host",
  "port-moved",
  "missing-endpoint",
  "service-mismatch",
]);

/** Health of the sensor itself: scan-family events, never anomalies, no severity. */
export const HEALTH_KINDS = [
  "scan-completed",
  "scan-partial",
  "scan-failed",
  "scan-skipped",
  "vantage-degraded",
  "vantage-recovered",
  "rebaselined",
  "script-failed",
  "script-rejected",
  "source-stale",
  "declaration-evaluated",
  "agent-started",
  "agent-stopped",
  "sink-down",
  "sink-recovered",
  "event-rejected",
  "store-reset",
  "store-rolled-back",
] as const;
export type HealthKind = (typeof HEALTH_KINDS)[number];

/** What operators and timers do; audit-family events. */
export const AUDIT_KINDS = [
  "anomaly-accepted",
  "mute-added",
  "mute-removed",
  "mute-expired",
  "baseline-accepted",
  "baseline-reset",
  "config-loaded",
  "config-rejected",
  "scan-requested",
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

export const OBSERVATION_KINDS = ["host-observed", "service-observed"] as const;
export type ObservationKind = (typeof OBSERVATION_KINDS)[number];

export type ActionSlug = AnomalyKind | HealthKind | AuditKind | ObservationKind;
