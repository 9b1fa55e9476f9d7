import { type ActionCells, quiet } from "./action.ts";

/**
 * Actions of the published contract that this version never emits. Consumers may know them, so they stay in the
 * documents; a row moves to its family together with what makes it.
 */
const ROWS = {
  "scan-skipped": {
    ...quiet({ category: ["network"], type: "info", rule: "Scan skipped", group: "health" }),
    page: "docs/health.md",
  },
  "script-rejected": {
    ...quiet({ category: ["configuration"], type: "info", rule: "Script refused", group: "health" }),
    page: "docs/health.md",
  },
  "mute-expired": {
    ...quiet({ category: ["configuration"], type: "deletion", rule: "Mute ended", group: "audit" }),
    page: "docs/audit.md",
  },
} as const satisfies Readonly<Record<string, ActionCells>>;

export type ReservedAction = keyof typeof ROWS;
export const RESERVED: Readonly<Record<ReservedAction, ActionCells>> = ROWS;
