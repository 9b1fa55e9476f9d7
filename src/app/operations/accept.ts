import { z } from "zod";
import { acceptAnomaly, acceptedOn } from "../../baseline/accept.ts";
import { acceptedHost } from "../../baseline/undo-accept.ts";
import type { AcceptUndo } from "../../domain/accept-undo.ts";
import type { Anomaly } from "../../domain/anomaly.ts";
import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { acceptStep, type OperatorAct } from "../../score/life/operator.ts";
import type { OperationFailure } from "../failure.ts";
import { anomalyByPrefix } from "./find-anomaly.ts";
import type { Desk } from "./operation.ts";
import { type Change, commitChange, OPERATOR } from "./operator-commit.ts";

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
  if (anomaly.state === "closed") return err(wasReal(anomaly));
  const baseline = await desk.store.cycles.loadBaseline(anomaly.segment);
  if (isOver(anomaly) && !becomesKnown(baseline, anomaly)) return err(alreadyOver(anomaly));
  await commitChange(desk, operator, acceptChange(baseline, anomaly, { ...operator, at: desk.runtime.clock.now() }));
  return ok({ id: anomaly.id, kind: anomaly.kind });
}

/** What an accept changes in a baseline. */
export function acceptChange(
  baseline: SegmentBaseline,
  anomaly: Anomaly,
  { at, ...operator }: OperatorAct,
): Change & AcceptRows {
  const hosts = acceptAnomaly(baseline, anomaly);
  const changed = hosts.flatMap((after) => {
    const before = baseline.hosts.get(after.id);
    return before === undefined ? [] : [acceptedHost(before, after)];
  });
  return {
    kind: "anomaly-accepted",
    object: "anomaly",
    anomaly,
    step: (audit) => acceptStep(anomaly, { ...operator, at: audit.at }),
    rows: { hosts, acceptUndo: [{ anomalyId: anomaly.id, segment: anomaly.segment, at, hosts: changed }] },
  };
}

function isOver({ state }: Anomaly): boolean {
  return state === "resolved" || state === "aged";
}

/** A stranger that left is one still: who accepts it says that it may come back. */
function becomesKnown(baseline: SegmentBaseline, anomaly: Anomaly): boolean {
  if (CATALOGUE[anomaly.group?.kind ?? anomaly.kind].gone.when !== "stranger-explained") return false;
  return acceptedOn(baseline, anomaly).some(
    ({ before, after }) => after?.reference === "known" && before?.reference !== "known",
  );
}

function alreadyOver({ id, state }: Anomaly): OperationFailure {
  return {
    code: "TL488",
    exit: 2,
    what: `the anomaly ${id} is ${state}: there is nothing left to accept`,
    effect: "Nothing was changed.",
    fix: `None is needed. Accept it when it is reported again, or say what it was: tripline anomalies close ${id.slice(0, 8)} --as normal.`,
  };
}

interface AcceptRows {
  readonly rows: { readonly hosts: readonly HostBaseline[]; readonly acceptUndo: readonly AcceptUndo[] };
}

function wasReal({ id, closed }: Anomaly): OperationFailure {
  return {
    code: "TL471",
    exit: 2,
    what: `the anomaly ${id} was closed as real by ${closed?.by ?? "an operator"}: it cannot be normal too`,
    effect: "Nothing was changed.",
    fix: `Take that back first: tripline anomalies reopen ${id.slice(0, 8)}.`,
  };
}

export function alreadyAccepted(id: string): OperationFailure {
  return {
    code: "TL446",
    exit: 2,
    what: `the anomaly ${id} is already accepted`,
    effect: "Nothing was changed.",
    fix: `None is needed; tripline explain ${id.slice(0, 8)} shows it.`,
  };
}
