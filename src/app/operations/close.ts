import { z } from "zod";
import { type Anomaly, VERDICTS } from "../../domain/anomaly.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { closeStep } from "../../score/life/operator.ts";
import type { OperationFailure } from "../failure.ts";
import { acceptChange, alreadyAccepted } from "./accept.ts";
import { anomalyByPrefix } from "./find-anomaly.ts";
import type { Desk } from "./operation.ts";
import { type Change, commitChange, OPERATOR, type Operator } from "./operator-commit.ts";

export const CLOSE = z.strictObject({
  /** Of the anomaly, or its first characters. */
  id: z.string().min(1),
  as: z.enum(VERDICTS),
  ...OPERATOR,
});

export const CLOSED = z.object({ id: z.string(), kind: z.string(), state: z.string(), as: z.enum(VERDICTS) });

export type Closed = Readonly<z.infer<typeof CLOSED>>;

/**
 * What it turned out to be. Normal: it is accepted. Real: it is closed and the reference stays, so that it is reported when it
 * goes away and comes back. One that is over already keeps its end and only gets the verdict.
 */
export async function close(
  desk: Desk,
  { id, as, ...operator }: z.infer<typeof CLOSE>,
): Promise<Result<Closed, OperationFailure>> {
  const found = await anomalyByPrefix(desk, id);
  if (!found.ok) return found;
  const anomaly = found.value;
  if (anomaly.state === "accepted") return err(alreadyAccepted(anomaly.id));
  if (anomaly.state === "closed") return err(alreadyClosed(anomaly));
  const change = await changeOf(desk, { anomaly, as, operator });
  const step = await commitChange(desk, operator, { ...change, verdict: { as, kind: anomaly.kind } });
  return ok({ id: anomaly.id, kind: anomaly.kind, state: step?.anomaly.state ?? anomaly.state, as });
}

interface Closing {
  readonly anomaly: Anomaly;
  readonly as: (typeof VERDICTS)[number];
  readonly operator: Operator;
}

async function changeOf(desk: Desk, { anomaly, as, operator }: Closing): Promise<Change> {
  const verdict = { as, ...operator, at: desk.runtime.clock.now() };
  const change = { kind: "anomaly-closed", object: "anomaly", anomaly } as const;
  if (anomaly.state !== "open" && anomaly.state !== "muted") return { ...change, changed: { ...anomaly, verdict } };
  if (as === "real") return { ...change, step: (audit) => closeStep(anomaly, { ...operator, at: audit.at }) };
  return acceptChange(
    await desk.store.cycles.loadBaseline(anomaly.segment),
    { ...anomaly, verdict },
    { ...operator, at: verdict.at },
  );
}

function alreadyClosed({ id, closed }: Anomaly): OperationFailure {
  return {
    code: "TL472",
    exit: 2,
    what: `the anomaly ${id} is already closed as real by ${closed?.by ?? "an operator"}`,
    effect: "Nothing was changed.",
    fix: `Take that back first: tripline anomalies reopen ${id.slice(0, 8)}.`,
  };
}
