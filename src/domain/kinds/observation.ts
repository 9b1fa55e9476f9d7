import { type ActionCells, quiet } from "./action.ts";
import { keysOf } from "./keys-of.ts";

const GROUP = "observation";
const page = "docs/observations.md";

/** The present state as it was last seen: state events. */
const ROWS = {
  "host-observed": { ...quiet({ category: ["host"], type: "info", rule: "Host observed", group: GROUP }), page },
  "service-observed": {
    ...quiet({ category: ["network"], type: "info", rule: "Service observed", group: GROUP }),
    page,
  },
} as const satisfies Readonly<Record<string, ActionCells>>;

export type ObservationKind = keyof typeof ROWS;
export const OBSERVATIONS: Readonly<Record<ObservationKind, ActionCells>> = ROWS;
export const OBSERVATION_KINDS: readonly ObservationKind[] = keysOf(OBSERVATIONS);
