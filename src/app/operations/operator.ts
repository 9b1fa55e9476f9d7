import type { Anomaly, AnomalyStep, Mute } from "../../domain/anomaly.ts";
import { acceptAnomaly, relearn } from "../../baseline/accept.ts";
import type { LoadedConfig } from "../../config/load.ts";
import type { AuditEntry } from "../../domain/event.ts";
import type { AuditKind } from "../../domain/kinds.ts";
import type { OperatorCommit } from "../../domain/ports/stores.ts";
import { encodeAudit } from "../../events/audit.ts";
import { encodeOperatorStep } from "../../events/anomaly.ts";
import { stableId } from "../../lib/hash.ts";
import { timeOrderedId } from "../../lib/ids.ts";
import { acceptStep, muteStep, unmuteStep } from "../../score/operator.ts";
import { eventContext } from "../event-context.ts";
import { type OpenState, systemClock } from "../wiring.ts";

/** Who does something, and why: required for every change of what is normal. */
export interface Operator {
  readonly by: string;
  readonly reason: string;
}

interface Change {
  readonly kind: AuditKind;
  readonly object: string;
  readonly until?: number | null;
  readonly anomaly?: Anomaly | null;
  readonly step?: ((audit: AuditEntry) => AnomalyStep) | null;
  readonly rows?: Partial<Pick<OperatorCommit, "hosts" | "baseline" | "addMutes" | "removeMutes">>;
}

/** The change, its audit row and its events, in one transaction. */
async function commit(
  store: OpenState,
  loaded: LoadedConfig,
  operator: Operator,
  change: Change,
): Promise<AnomalyStep | null> {
  const now = systemClock().now();
  const audit: AuditEntry = {
    id: timeOrderedId(now),
    kind: change.kind,
    at: now,
    by: operator.by,
    via: "cli",
    object: change.object,
    reason: operator.reason,
    until: change.until ?? null,
    before: change.anomaly?.state ?? null,
    after: null,
    anomalyId: change.anomaly?.id ?? null,
  };
  const step = change.step?.(audit) ?? null;
  const context = eventContext(loaded, await store.cycles.installId());
  const stepEvents = step === null ? [] : [encodeOperatorStep(step, context, audit.id)];
  await store.cycles.commitOperator({
    audit: { ...audit, after: step?.anomaly.state ?? null },
    anomalies: step === null ? [] : [step.anomaly],
    hosts: [],
    baseline: null,
    addMutes: [],
    removeMutes: [],
    ...change.rows,
    events: [...stepEvents, encodeAudit(audit, context, step?.anomaly ?? change.anomaly ?? null)],
  });
  return step;
}

/** "This is normal now": the reference moves to what is there, the anomaly closes. */
export async function acceptOne(
  store: OpenState,
  loaded: LoadedConfig,
  anomaly: Anomaly,
  operator: Operator,
): Promise<AnomalyStep | null> {
  const baseline = await store.cycles.loadBaseline(anomaly.segment);
  return commit(store, loaded, operator, {
    kind: "anomaly-accepted",
    object: "anomaly",
    anomaly,
    step: (audit) => acceptStep(anomaly, { ...operator, at: audit.at }),
    rows: { hosts: acceptAnomaly(baseline, anomaly) },
  });
}

/** Everything is learned again from the next scan; open anomalies close by themselves. */
export async function learnAgain(store: OpenState, loaded: LoadedConfig, operator: Operator): Promise<void> {
  const baseline = await store.cycles.loadBaseline(loaded.config.segment);
  await commit(store, loaded, operator, {
    kind: "baseline-reset",
    object: "baseline",
    rows: { baseline: relearn(baseline) },
  });
}

export async function addMute(
  store: OpenState,
  loaded: LoadedConfig,
  wish: { readonly match: Mute["match"]; readonly until: number; readonly anomaly: Anomaly | null },
  operator: Operator,
): Promise<Mute> {
  const id = stableId("mute", JSON.stringify(wish.match), operator.by, operator.reason, String(wish.until));
  const mute: Mute = {
    id,
    match: wish.match,
    reason: operator.reason,
    until: wish.until,
    by: operator.by,
    origin: "cli",
  };
  const { anomaly } = wish;
  const step = anomaly === null ? null : (audit: AuditEntry) => muteStep(anomaly, mute, audit.at);
  await commit(store, loaded, operator, {
    kind: "mute-added",
    object: "mute",
    until: wish.until,
    anomaly,
    step,
    rows: { addMutes: [mute] },
  });
  return mute;
}

export async function removeMute(
  store: OpenState,
  loaded: LoadedConfig,
  mute: Mute,
  operator: Operator & { readonly anomaly: Anomaly | null },
): Promise<void> {
  const { anomaly } = operator;
  const step =
    anomaly === null || anomaly.state !== "muted"
      ? null
      : (audit: AuditEntry) => unmuteStep(anomaly, { by: operator.by, reason: operator.reason, at: audit.at });
  await commit(store, loaded, operator, {
    kind: "mute-removed",
    object: "mute",
    anomaly,
    step,
    rows: { removeMutes: [mute.id] },
  });
}
