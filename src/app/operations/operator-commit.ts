import { z } from "zod";
import type { Anomaly, AnomalyStep } from "../../domain/anomaly.ts";
import type { AuditEntry } from "../../domain/event.ts";
import type { AuditKind } from "../../domain/kinds/audit.ts";
import type { OperatorCommit } from "../../domain/ports/stores.ts";
import { encodeAudit } from "../../events/audit.ts";
import { encodeOperatorStep } from "../../events/anomaly.ts";
import { eventContext } from "./event-context.ts";
import type { Desk } from "./operation.ts";

/** Who does something, and why: required for every change of what is normal. */
export const OPERATOR = { by: z.string().min(1), reason: z.string().min(1) };

export interface Operator {
  readonly by: string;
  readonly reason: string;
}

export interface Change {
  readonly kind: AuditKind;
  readonly object: string;
  readonly until?: number | null;
  readonly anomaly?: Anomaly | null;
  readonly step?: ((audit: AuditEntry) => AnomalyStep) | null;
  readonly rows?: Partial<Pick<OperatorCommit, "hosts" | "baseline" | "addMutes" | "removeMutes" | "changes">>;
}

/** The change, its audit row and its events, in one transaction. */
export async function commitChange(desk: Desk, operator: Operator, change: Change): Promise<AnomalyStep | null> {
  const { store } = desk;
  const asked = auditOf(desk, operator, change);
  const step = change.step?.(asked) ?? null;
  const audit = { ...asked, after: step?.anomaly.state ?? null };
  const context = eventContext(desk, await store.cycles.installId());
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

function auditOf({ runtime, asker }: Desk, { by, reason }: Operator, change: Change): AuditEntry {
  return {
    id: runtime.ids.next(),
    kind: change.kind,
    at: runtime.clock.now(),
    by,
    via: asker?.via ?? "cli",
    ...(asker === undefined ? {} : { uid: asker.uid }),
    object: change.object,
    reason,
    until: change.until ?? null,
    before: change.anomaly?.state ?? null,
    after: null,
    anomalyId: change.anomaly?.id ?? null,
  };
}
