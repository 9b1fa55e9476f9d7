import { z } from "zod";
import type { Anomaly, AnomalyStep } from "../../domain/anomaly.ts";
import type { AuditEntry } from "../../domain/event.ts";
import type { AuditKind } from "../../domain/kinds/audit.ts";
import type { OperatorCommit } from "../../domain/ports/stores.ts";
import { encodeAudit } from "../../events/audit.ts";
import { encodeOperatorStep } from "../../events/anomaly.ts";
import { withFollowers } from "../../score/life/followers.ts";
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
  /** The anomaly as it is from now on, where nothing happens in its life. */
  readonly changed?: Anomaly;
  readonly verdict?: AuditEntry["verdict"];
  /** Digest of what it is from now on, where no anomaly says so. */
  readonly after?: string;
  readonly rows?: Partial<
    Pick<
      OperatorCommit,
      "hosts" | "baseline" | "addMutes" | "removeMutes" | "changes" | "acceptUndo" | "undone" | "taught"
    >
  >;
}

/** The change, its audit row and its events, in one transaction. */
export async function commitChange(desk: Desk, operator: Operator, change: Change): Promise<AnomalyStep | null> {
  const [step = null] = await commitChanges(desk, operator, [change]);
  return step;
}

/** Several changes that belong together: all of them, or none. The same host in more than one counts as it is last. */
export async function commitChanges(
  desk: Desk,
  operator: Operator,
  changes: readonly [Change, ...Change[]],
): Promise<readonly (AnomalyStep | null)[]> {
  const { store } = desk;
  const context = eventContext(desk, await store.cycles.installId());
  const done = withMembers(changes.map((change) => doneOf(desk, operator, change)));
  const [{ audit }, ...others] = done as [Done, ...Done[]]; // map keeps the first one.
  await store.cycles.commitOperator({
    audit,
    ...(others.length === 0 ? {} : { alsoAudit: others.map((one) => one.audit) }),
    anomalies: done.flatMap(({ step, changed }) => step?.anomaly ?? changed ?? []),
    ...rowsOf(changes),
    events: [
      ...done.flatMap(({ audit: entry, step, anomaly }) => [
        ...(step === null ? [] : [encodeOperatorStep(step, context, entry.id)]),
        encodeAudit(entry, context, step?.anomaly ?? anomaly),
      ]),
      ...done.flatMap(({ audit: entry, members }) => members.map((one) => encodeOperatorStep(one, context, entry.id))),
    ],
  });
  return done.map(({ step }) => step);
}

interface Done extends Pick<Change, "changed"> {
  readonly audit: AuditEntry;
  readonly step: AnomalyStep | null;
  /** The same step of those that a group stands for. */
  readonly members: readonly AnomalyStep[];
  readonly anomaly: Anomaly | null;
}

function withMembers(done: readonly Done[]): readonly Done[] {
  let others = 0;
  return done.map((one) => {
    if (one.step === null) return one;
    const followed = withFollowers(one.step, others);
    others += followed.members.length;
    return { ...one, ...followed };
  });
}

function doneOf(desk: Desk, operator: Operator, change: Change): Done {
  const asked = auditOf(desk, operator, change);
  const step = change.step?.(asked) ?? null;
  return {
    audit: { ...asked, after: step?.anomaly.state ?? change.after ?? null },
    step,
    members: [],
    anomaly: change.anomaly ?? null,
    ...(change.changed && { changed: change.changed }),
  };
}

type Rows = NonNullable<Change["rows"]>;

function rowsOf(changes: readonly Change[]): Required<Omit<Rows, "taught">> & Pick<Rows, "taught"> {
  const rows = changes.map((change) => change.rows ?? {});
  const taught = rows.find((one) => one.taught !== undefined)?.taught;
  const hosts = new Map(rows.flatMap((one) => one.hosts ?? []).map((host) => [host.id, host]));
  return {
    hosts: [...hosts.values()],
    baseline: rows.find((one) => one.baseline !== undefined)?.baseline ?? null,
    addMutes: rows.flatMap((one) => one.addMutes ?? []),
    removeMutes: rows.flatMap((one) => one.removeMutes ?? []),
    changes: rows.flatMap((one) => one.changes ?? []),
    acceptUndo: rows.flatMap((one) => one.acceptUndo ?? []),
    undone: rows.flatMap((one) => one.undone ?? []),
    ...(taught === undefined ? {} : { taught }),
  };
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
    ...(change.verdict === undefined ? {} : { verdict: change.verdict }),
  };
}
