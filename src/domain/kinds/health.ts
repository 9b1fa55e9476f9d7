import { type ActionCells, quiet } from "./action.ts";
import { keysOf } from "./keys-of.ts";

const CONFIGURATION = ["configuration"];
const NETWORK = ["network"];
const PROCESS = ["process"];

export interface HealthRow extends ActionCells {
  /** The leaf of the event that names what it is about; null where only the message does. */
  readonly leaf: "sink" | "source" | "stale-source" | null;
}

/** Health of the sensor itself: scan-family events, never anomalies, no severity. */
const ROWS = {
  "scan-completed": row(NETWORK, "info", { rule: "Scan complete", leaf: null }),
  "scan-partial": row(NETWORK, "info", { rule: "Scan not complete", leaf: null }),
  "scan-failed": row(NETWORK, "info", { rule: "Scan failed", leaf: null }),
  "vantage-degraded": row(NETWORK, "info", { rule: "Vantage degraded", leaf: null }),
  "path-intercepted": row(NETWORK, "info", { rule: "A middlebox answers for everybody", leaf: null }),
  "vantage-recovered": row(NETWORK, "info", { rule: "Vantage recovered", leaf: null }),
  rebaselined: row(CONFIGURATION, "change", { rule: "Learning anew", leaf: null }),
  "script-failed": row(NETWORK, "info", { rule: "Script failed", leaf: null }),
  "source-stale": row(CONFIGURATION, "info", { rule: "Declaration cannot be read", leaf: "stale-source" }),
  "declaration-evaluated": row(CONFIGURATION, "info", { rule: "First look at declarations", leaf: "source" }),
  "change-not-seen": row(CONFIGURATION, "info", { rule: "Announced change did not come", leaf: null }),
  "agent-started": row(PROCESS, "start", { rule: "Agent started", leaf: null }),
  "agent-stopped": row(PROCESS, "end", { rule: "Agent stopped", leaf: null }),
  "sink-down": row(PROCESS, "info", { rule: "Output down", leaf: "sink" }),
  "sink-recovered": row(PROCESS, "info", { rule: "Output recovered", leaf: "sink" }),
  "event-rejected": row(PROCESS, "info", { rule: "Event refused by an output", leaf: "sink" }),
  "store-reset": row(PROCESS, "info", { rule: "Store made anew", leaf: null }),
  "store-rolled-back": row(PROCESS, "info", { rule: "Store is older than it was", leaf: null }),
} as const satisfies Readonly<Record<string, HealthRow>>;

export type HealthKind = keyof typeof ROWS;
export const HEALTH: Readonly<Record<HealthKind, HealthRow>> = ROWS;
export const HEALTH_KINDS: readonly HealthKind[] = keysOf(HEALTH);

function row(
  category: readonly string[],
  type: HealthRow["type"],
  { rule, leaf }: Pick<HealthRow, "rule" | "leaf">,
): HealthRow {
  return { ...quiet({ category, type, rule, group: "health" }), page: "docs/health.md", leaf };
}
