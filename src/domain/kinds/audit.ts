import { type ActionCells, quiet } from "./action.ts";
import { keysOf } from "./keys-of.ts";

export interface AuditRow extends ActionCells {
  /** The step in the life of the anomaly it was done to; null where it is none. */
  readonly transition: "accepted" | "muted" | "unmuted" | "closed" | "reopened" | null;
  /** With the anomaly it was done to, and without one: then the object says what it was. */
  readonly did: readonly [toAnomaly: string, alone: (object: string) => string];
}

/** What operators and timers do; audit-family events. */
const ROWS = {
  "anomaly-accepted": row("change", "Anomaly accepted", {
    transition: "accepted",
    did: ["accepted", (object) => `accepted ${object}`],
  }),
  "mute-added": row("creation", "Anomaly muted", { transition: "muted", did: ["muted", () => "added a mute"] }),
  "mute-removed": row("deletion", "Mute removed", {
    transition: "unmuted",
    did: ["removed the mute of", () => "removed a mute"],
  }),
  "change-announced": row("creation", "Change announced", {
    transition: null,
    did: ["announced a change because of", (object) => `announced a change of ${object}`],
  }),
  "change-cancelled": row("deletion", "Announced change cancelled", {
    transition: null,
    did: ["cancelled a change because of", (object) => `cancelled the announced change ${object}`],
  }),
  "baseline-accepted": row("change", "Present state accepted", {
    transition: null,
    did: ["accepted", (object) => `accepted the present state of ${object}`],
  }),
  "baseline-reset": row("change", "Baseline learned anew", {
    transition: null,
    did: ["relearns because of", (object) => `started relearning: ${object}`],
  }),
  "period-learned": row("change", "Recorded period learned as safe", {
    transition: null,
    did: ["learned a recorded period because of", (object) => `learned the recorded period ${object} as safe`],
  }),
  "baseline-imported": row("change", "Known good imported", {
    transition: null,
    did: ["imported what is normal because of", (object) => `imported what is normal: ${object}`],
  }),
  "config-loaded": row("change", "Configuration loaded", {
    transition: null,
    did: ["loaded the configuration because of", () => "loaded the configuration"],
  }),
  "config-rejected": row("info", "Configuration rejected", {
    transition: null,
    did: ["rejected the configuration because of", () => "rejected a new configuration"],
  }),
  "scan-requested": row("info", "Scan requested", {
    transition: null,
    did: ["requested a scan because of", (object) => `requested a scan (${object})`],
  }),
  "anomaly-acknowledged": row("info", "Anomaly acknowledged", {
    transition: null,
    did: ["looks at", (object) => `looks at ${object}`],
  }),
  "anomaly-investigated": row("info", "Anomaly investigated", {
    transition: null,
    did: ["investigated", (object) => `investigated ${object}`],
  }),
  "anomaly-closed": row("change", "Anomaly closed", {
    transition: "closed",
    did: ["closed", (object) => `closed ${object}`],
  }),
  "anomaly-reopened": row("change", "Anomaly reopened", {
    transition: "reopened",
    did: ["reopened", (object) => `reopened ${object}`],
  }),
  "accept-undone": row("change", "Accept undone", {
    transition: "reopened",
    did: ["took back the accept of", (object) => `took back an accept: ${object}`],
  }),
} as const satisfies Readonly<Record<string, AuditRow>>;

export type AuditKind = keyof typeof ROWS;
export const AUDIT: Readonly<Record<AuditKind, AuditRow>> = ROWS;
export const AUDIT_KINDS: readonly AuditKind[] = keysOf(AUDIT);

function row(type: AuditRow["type"], rule: string, more: Pick<AuditRow, "transition" | "did">): AuditRow {
  return { ...quiet({ category: ["configuration"], type, rule, group: "audit" }), page: "docs/audit.md", ...more };
}
