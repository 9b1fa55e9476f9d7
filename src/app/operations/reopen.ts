import { z } from "zod";
import { err, ok, type Result } from "../../lib/result.ts";
import { reopenStep } from "../../score/life/operator.ts";
import type { OperationFailure } from "../failure.ts";
import { anomalyByPrefix } from "./find-anomaly.ts";
import type { Desk } from "./operation.ts";
import { commitChange, OPERATOR } from "./operator-commit.ts";

export const REOPEN = z.strictObject({
  /** Of the anomaly, or its first characters. */
  id: z.string().min(1),
  ...OPERATOR,
});

export const REOPENED = z.object({ id: z.string(), kind: z.string() });

export type Reopened = Readonly<z.infer<typeof REOPENED>>;

/** Takes back that it was closed as real. */
export async function reopen(
  desk: Desk,
  { id, ...operator }: z.infer<typeof REOPEN>,
): Promise<Result<Reopened, OperationFailure>> {
  const found = await anomalyByPrefix(desk, id);
  if (!found.ok) return found;
  const anomaly = found.value;
  if (anomaly.state !== "closed") return err(nothingToReopen(anomaly.id, anomaly.state));
  await commitChange(desk, operator, {
    kind: "anomaly-reopened",
    object: "anomaly",
    anomaly,
    step: (audit) => reopenStep(anomaly, { ...operator, at: audit.at }),
  });
  return ok({ id: anomaly.id, kind: anomaly.kind });
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
