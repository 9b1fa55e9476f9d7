import type { Anomaly, AnomalyStep, Mute } from "../../domain/anomaly.ts";
import { acceptAnomaly, relearn } from "../../baseline/accept.ts";
import type { LoadedConfig } from "../../config/load.ts";
import type { AuditEntry } from "../../domain/event.ts";
import type { AuditKind } from "../../domain/kinds/audit.ts";
import type { OperatorCommit } from "../../domain/ports/stores.ts";
import { encodeAudit } from "../../events/audit.ts";
import { encodeOperatorStep } from "../../events/anomaly.ts";
import { stableId } from "../../lib/hash.ts";
import { timeOrderedId } from "../../lib/ids.ts";
import { acceptStep, muteStep, unmuteStep } from "../../score/life/operator.ts";
import { eventContext } from "./event-context.ts";
import { type OpenState, systemClock } from "../wiring.ts";

/** Who does something, and why: required for every change of what is normal. */
export interface Operator {
  readonly by: string;
  readonly reason: string;
}

/** Where an operator acts: the open state, its configuration, and who they are. */
export interface Desk {
  readonly store: OpenState;
  readonly loaded: LoadedConfig;
  readonly operator: Operator;
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
async function commit({ store, loaded, operator }: Desk, change: Change): Promise<AnomalyStep | null> {
  const now = systemClock().now();
  const asked: AuditEntry = {
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
  const step = change.step?.(asked) ?? null;
  const audit = { ...asked, after: step?.anomaly.state ?? null };
  const context = eventContext(loaded, await store.cycles.installId());
  const stepEvents = step === null ? [] : [encodeOperatorStep(step, context, audit.id)];
  await store.cycles.commitOperator({
    audit,
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
export async function acceptOne(desk: Desk, anomaly: Anomaly): Promise<AnomalyStep | null> {
  const baseline = await desk.store.cycles.loadBaseline(anomaly.segment);
  return commit(desk, {
    kind: "anomaly-accepted",
    object: "anomaly",
    anomaly,
    step: (audit) => acceptStep(anomaly, { ...desk.operator, at: audit.at }),
    rows: { hosts: acceptAnomaly(baseline, anomaly) },
  });
}

/** Everything is learned again from the next scan; open anomalies close by themselves. */
export async function learnAgain(desk: Desk): Promise<void> {
  const baseline = await desk.store.cycles.loadBaseline(desk.loaded.config.segment);
  await commit(desk, {
    kind: "baseline-reset",
    object: "baseline",
    rows: { baseline: relearn(baseline) },
  });
}

export async function addMute(
  desk: Desk,
  wish: { readonly match: Mute["match"]; readonly until: number; readonly anomaly: Anomaly | null },
): Promise<Mute> {
  const { by, reason } = desk.operator;
  const { anomaly, match, until } = wish;
  const id = stableId("mute", JSON.stringify(match), by, reason, String(until));
  const mute: Mute = { id, match, reason, until, by, origin: "cli" };
  const step = anomaly === null ? null : (audit: AuditEntry) => muteStep(anomaly, mute, audit.at);
  await commit(desk, {
    kind: "mute-added",
    object: "mute",
    until,
    anomaly,
    step,
    rows: { addMutes: [mute] },
  });
  return mute;
}

export async function removeMute(desk: Desk, mute: Mute, anomaly: Anomaly | null): Promise<void> {
  const { by, reason } = desk.operator;
  const step =
    anomaly === null || anomaly.state !== "muted"
      ? null
      : (audit: AuditEntry) => unmuteStep(anomaly, { by, reason, at: audit.at });
  await commit(desk, {
    kind: "mute-removed",
    object: "mute",
    anomaly,
    step,
    rows: { removeMutes: [mute.id] },
  });
}
