import { z } from "zod";
import { acceptAnomaly } from "../../baseline/accept.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { acceptStep } from "../../score/life/operator.ts";
import type { OperationFailure } from "../failure.ts";
import { anomalyByPrefix } from "./find-anomaly.ts";
import type { Desk } from "./operation.ts";
import { commitChange, OPERATOR } from "./operator-commit.ts";

export const ACCEPT = z.strictObject({
  /** Of the anomaly, or its first characters. */
  id: z.string().min(1),
  ...OPERATOR,
});

export const ACCEPTED = z.object({ id: z.string(), kind: z.string() });

export type Accepted = Readonly<z.infer<typeof ACCEPTED>>;

/** "This is normal now": the reference moves to what is there, the anomaly closes. */
export async function accept(
  desk: Desk,
  { id, ...operator }: z.infer<typeof ACCEPT>,
): Promise<Result<Accepted, OperationFailure>> {
  const found = await anomalyByPrefix(desk, id);
  if (!found.ok) return found;
  const anomaly = found.value;
  if (anomaly.state === "accepted") return err(alreadyAccepted(anomaly.id));
  const baseline = await desk.store.cycles.loadBaseline(anomaly.segment);
  await commitChange(desk, operator, {
    kind: "anomaly-accepted",
    object: "anomaly",
    anomaly,
    step: (audit) => acceptStep(anomaly, { ...operator, at: audit.at }),
    rows: { hosts: acceptAnomaly(baseline, anomaly) },
  });
  return ok({ id: anomaly.id, kind: anomaly.kind });
}

function alreadyAccepted(id: string): OperationFailure {
  return {
    code: "TL446",
    exit: 2,
    what: `the anomaly ${id} is already accepted`,
    effect: "Nothing was changed.",
    fix: `None is needed; tripline explain ${id.slice(0, 8)} shows it.`,
  };
}
