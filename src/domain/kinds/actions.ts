import type { ActionCells } from "./action.ts";
import { AUDIT, type AuditKind } from "./audit.ts";
import { ANOMALY_KINDS, type AnomalyKind, CATALOGUE } from "./catalogue.ts";
import { HEALTH, type HealthKind } from "./health.ts";
import { keysOf } from "./keys-of.ts";
import { OBSERVATIONS, type ObservationKind } from "./observation.ts";
import { RESERVED, type ReservedAction } from "./reserved.ts";

/** What `event.action` can say in this version. */
export type ActionSlug = AnomalyKind | HealthKind | AuditKind | ObservationKind;
/** And what the contract has published besides. */
export type PublishedAction = ActionSlug | ReservedAction;

/** The closed list of actions. An anomaly has a page of its own: it may wake somebody up. */
export const ACTIONS: Readonly<Record<PublishedAction, ActionCells>> = {
  ...anomalies(),
  ...HEALTH,
  ...OBSERVATIONS,
  ...AUDIT,
  ...RESERVED,
};

export const PUBLISHED_ACTIONS: readonly PublishedAction[] = keysOf(ACTIONS);

function anomalies(): Readonly<Record<AnomalyKind, ActionCells>> {
  const rows = ANOMALY_KINDS.map((kind) => [kind, { ...CATALOGUE[kind].event, page: `docs/anomalies/${kind}.md` }]);
  return Object.fromEntries(rows);
}
