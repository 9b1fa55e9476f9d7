import type { Anomaly } from "../domain/anomaly.ts";
import type { ExposureClass } from "../domain/facts.ts";
import type { ActionSlug, AnomalyKind } from "../domain/kinds.ts";

/** What the contract says about one action slug. */
export interface SlugRow {
  /** `event.category`. */
  readonly category: readonly string[];
  /** `event.type` of the opening; later steps are `info`. */
  readonly type: string;
  /** `rule.name`: the detector, for people. */
  readonly rule: string;
  /** `rule.category`. */
  readonly group: string;
  /** ATT&CK techniques it may be part of, in the numbering of {@link ATTACK_VERSION}. */
  readonly attack: readonly string[];
}

/** v19 splits Defense Evasion, so the numbering is named with every candidate. */
export const ATTACK_VERSION = "18.1";
export const RULESET = "tripline-detect";
/** Version of detectors that have none of their own: health and audit. */
export const RULE_VERSION = "1.0.0";

const NETWORK = ["network"];
const HOST = ["host"];
const SERVICE = ["network", "host"];
const DRIFT = ["network", "configuration"];
const CONFIGURATION = ["configuration"];
const PROCESS = ["process"];

/** The closed list of actions. A kind without a row does not compile. */
// biome-ignore format: a table reads by the line
export const SLUGS: Readonly<Record<ActionSlug, SlugRow>> = {
  "port-opened": row(NETWORK, "start", ["New open port", "port", "T1571"]),
  "port-closed": row(NETWORK, "end", ["Port no longer open", "port"]),
  "service-changed": row(SERVICE, "change", ["Another protocol on a port", "service", "T1571", "T1036"]),
  "version-changed": row(SERVICE, "change", ["Software version changed", "service"]),
  "version-downgraded": row(SERVICE, "change", ["Software version went back", "service", "T1562.010"]),
  "banner-changed": row(SERVICE, "change", ["Banner changed", "service", "T1036"]),
  "certificate-changed": row(SERVICE, "change", ["TLS certificate replaced", "identity", "T1557"]),
  "certificate-renewed": row(SERVICE, "change", ["TLS certificate renewed", "identity"]),
  "hostkey-changed": row(SERVICE, "change", ["SSH host key replaced", "identity", "T1557"]),
  "host-appeared": row(HOST, "start", ["New host", "host", "T1200"]),
  "host-disappeared": row(HOST, "end", ["Host no longer answers", "host"]),
  "host-moved": row(HOST, "change", ["Host moved to another address", "host"]),
  "name-changed": row(HOST, "change", ["Name of an address changed", "host"]),
  "mac-changed": row(HOST, "change", ["MAC address changed", "host"]),
  "os-shifted": row(HOST, "change", ["Operating system family changed", "identity", "T1601", "T1036"]),
  "identity-changed": row(HOST, "change", ["Another machine at a known address", "identity", "T1557.002", "T1200"]),
  "all-ports-open": row(NETWORK, "info", ["Implausibly many open ports", "port", "T1562.004"]),
  "ports-opened": row(NETWORK, "start", ["Many ports opened together", "port", "T1562.004", "T1571"]),
  rollout: row(NETWORK, "info", ["Same change on many hosts", "group"]),
  "undeclared-port": row(DRIFT, "info", ["Open port that is not declared", "declared", "T1133", "T1578"]),
  "undeclared-host": row(["host", "configuration"], "info", ["Live host that is not declared", "declared", "T1200"]),
  "port-moved": row(DRIFT, "change", ["Declared service on another port", "declared"]),
  "missing-endpoint": row(DRIFT, "info", ["Declared endpoint not reachable", "declared"]),
  "service-mismatch": row(DRIFT, "info", ["Another protocol than declared", "declared", "T1571", "T1036"]),

  "scan-completed": row(NETWORK, "info", ["Scan complete", "health"]),
  "scan-partial": row(NETWORK, "info", ["Scan not complete", "health"]),
  "scan-failed": row(NETWORK, "info", ["Scan failed", "health"]),
  "scan-skipped": row(NETWORK, "info", ["Scan skipped", "health"]),
  "vantage-degraded": row(NETWORK, "info", ["Vantage degraded", "health"]),
  "vantage-recovered": row(NETWORK, "info", ["Vantage recovered", "health"]),
  rebaselined: row(CONFIGURATION, "change", ["Learning anew", "health"]),
  "script-failed": row(NETWORK, "info", ["Script failed", "health"]),
  "script-rejected": row(CONFIGURATION, "info", ["Script refused", "health"]),
  "source-stale": row(CONFIGURATION, "info", ["Declaration cannot be read", "health"]),
  "declaration-evaluated": row(CONFIGURATION, "info", ["First look at declarations", "health"]),
  "agent-started": row(PROCESS, "start", ["Agent started", "health"]),
  "agent-stopped": row(PROCESS, "end", ["Agent stopped", "health"]),
  "sink-down": row(PROCESS, "info", ["Output down", "health"]),
  "sink-recovered": row(PROCESS, "info", ["Output recovered", "health"]),
  "event-rejected": row(PROCESS, "info", ["Event refused by an output", "health"]),
  "store-reset": row(PROCESS, "info", ["Store made anew", "health"]),
  "store-rolled-back": row(PROCESS, "info", ["Store is older than it was", "health"]),

  "host-observed": row(HOST, "info", ["Host observed", "observation"]),
  "service-observed": row(NETWORK, "info", ["Service observed", "observation"]),

  "anomaly-accepted": row(CONFIGURATION, "change", ["Anomaly accepted", "audit"]),
  "mute-added": row(CONFIGURATION, "creation", ["Anomaly muted", "audit"]),
  "mute-removed": row(CONFIGURATION, "deletion", ["Mute removed", "audit"]),
  "mute-expired": row(CONFIGURATION, "deletion", ["Mute ended", "audit"]),
  "baseline-accepted": row(CONFIGURATION, "change", ["Present state accepted", "audit"]),
  "baseline-reset": row(CONFIGURATION, "change", ["Baseline learned anew", "audit"]),
  "config-loaded": row(CONFIGURATION, "change", ["Configuration loaded", "audit"]),
  "config-rejected": row(CONFIGURATION, "info", ["Configuration rejected", "audit"]),
  "scan-requested": row(CONFIGURATION, "info", ["Scan requested", "audit"]),
};

type Detector = readonly [rule: string, group: string, ...attack: readonly string[]];

function row(category: readonly string[], type: string, detector: Detector): SlugRow {
  const [rule, group, ...attack] = detector;
  return { category, type, rule, group, attack };
}

/** A class of service that just appeared says more than the port does. */
const ATTACK_BY_CLASS: ReadonlyMap<ExposureClass, readonly string[]> = new Map([
  ["remote-admin", ["T1021", "T1133"]],
  ["proxy-tunnel", ["T1090.001"]],
  ["remote-access-tool", ["T1219"]],
]);
const APPEARED: ReadonlySet<AnomalyKind> = new Set(["port-opened", "service-changed", "undeclared-port"]);

/** A rollout speaks for its members: their category, and `change` where ECS knows that type for it. */
export function slugRowOf(anomaly: Pick<Anomaly, "kind" | "group">): SlugRow {
  const own = SLUGS[anomaly.kind];
  if (anomaly.group === null) return own;
  const member = SLUGS[anomaly.group.kind];
  const knowsChange = member.category.some((c) => c === "host" || c === "configuration");
  return { ...own, category: member.category, type: knowsChange ? "change" : "info", attack: member.attack };
}

/** ATT&CK candidates, at most eight, each once. */
export function attackCandidates(anomaly: Pick<Anomaly, "kind" | "group" | "score">): readonly string[] {
  const kind = anomaly.group?.kind ?? anomaly.kind;
  const exposure = anomaly.score.exposure;
  const byClass = exposure !== null && APPEARED.has(kind) ? (ATTACK_BY_CLASS.get(exposure) ?? []) : [];
  return [...new Set([...slugRowOf(anomaly).attack, ...byClass])].slice(0, 8);
}
