import { z } from "zod";
import { undoAccept } from "../../baseline/undo-accept.ts";
import type { Anomaly } from "../../domain/anomaly.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { reopenStep } from "../../score/life/operator.ts";
import type { OperationFailure } from "../failure.ts";
import { anomalyByPrefix } from "./find-anomaly.ts";
import type { Desk } from "./operation.ts";
import { type Change, commitChange, OPERATOR } from "./operator-commit.ts";

export const REOPEN = z.strictObject({
  /** Of the anomaly, or its first characters. */
  id: z.string().min(1),
  ...OPERATOR,
});

export const REOPENED = z.object({ id: z.string(), kind: z.string() });

export type Reopened = Readonly<z.infer<typeof REOPENED>>;

/** Takes back that it was closed as real, or accepted: then the references that the accept moved go back too. */
export async function reopen(
  desk: Desk,
  { id, ...operator }: z.infer<typeof REOPEN>,
): Promise<Result<Reopened, OperationFailure>> {
  const found = await anomalyByPrefix(desk, id);
  if (!found.ok) return found;
  const anomaly = found.value;
  const change = await changeOf(desk, anomaly);
  if (!change.ok) return change;
  await commitChange(desk, operator, {
    ...change.value,
    object: "anomaly",
    anomaly,
    step: (audit) => reopenStep(anomaly, { ...operator, at: audit.at }),
  });
  return ok({ id: anomaly.id, kind: anomaly.kind });
}

async function changeOf(
  desk: Desk,
  anomaly: Anomaly,
): Promise<Result<Pick<Change, "kind" | "rows">, OperationFailure>> {
  if (anomaly.state === "closed") return ok({ kind: "anomaly-reopened" });
  if (anomaly.state !== "accepted") return err(nothingToReopen(anomaly.id, anomaly.state));
  const undo = await desk.store.history.acceptUndo(anomaly.id);
  if (undo === null) return err(notRemembered(anomaly.id));
  const baseline = await desk.store.cycles.loadBaseline(anomaly.segment);
  const hosts = undo.hosts.map((one) => {
    const now = baseline.hosts.get(one.after.id);
    return now === undefined ? null : undoAccept(now, one);
  });
  const back = hosts.filter((one) => one !== null);
  if (back.length < hosts.length) return err(changedSince(anomaly));
  return ok({ kind: "accept-undone", rows: { hosts: back, undone: [anomaly.id] } });
}

function notRemembered(id: string): OperationFailure {
  return {
    code: "TL474",
    exit: 2,
    what: `the accept of ${id} can no longer be taken back: what was normal before it is not stored`,
    effect: "Nothing was changed.",
    fix: "It is kept for 90 days, until the segment is relearned; accepts of version 0.1.0 did not keep it.",
  };
}

function changedSince({ id, subject }: Anomaly): OperationFailure {
  return {
    code: "TL475",
    exit: 2,
    what: `the accept of ${id} cannot be taken back: what is normal for ${subject} changed again since, or the host is forgotten`,
    effect: "Nothing was changed.",
    fix: "Take back the later accept of the same thing first: tripline anomalies list --in-state accepted.",
  };
}

function nothingToReopen(id: string, state: string): OperationFailure {
  return {
    code: "TL473",
    exit: 2,
    what: `the anomaly ${id} is ${state}, and no operator closed it`,
    effect: "Nothing was changed.",
    fix: "None is needed: what is over is reported again when it comes back.",
  };
}
