import { z } from "zod";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import { anomalyByPrefix } from "./find-anomaly.ts";
import type { Desk } from "./operation.ts";
import { commitChange } from "./operator-commit.ts";

export const ACK = z.strictObject({
  /** Of the anomaly, or its first characters. */
  id: z.string().min(1),
  by: z.string().min(1),
  reason: z.string().min(1).default("looking at it"),
});

export const ACKNOWLEDGED = z.object({ id: z.string(), kind: z.string(), by: z.string() });

export type Acknowledged = Readonly<z.infer<typeof ACKNOWLEDGED>>;

/** Says who looks at it, and changes nothing else. Whoever says so later takes it over. */
export async function ack(
  desk: Desk,
  { id, by, reason }: z.infer<typeof ACK>,
): Promise<Result<Acknowledged, OperationFailure>> {
  const found = await anomalyByPrefix(desk, id);
  if (!found.ok) return found;
  const anomaly = found.value;
  if (anomaly.state !== "open" && anomaly.state !== "muted") return err(isOver(anomaly.id, anomaly.state));
  const acknowledged = { by, reason, at: desk.runtime.clock.now() };
  await commitChange(
    desk,
    { by, reason },
    { kind: "anomaly-acknowledged", object: "anomaly", anomaly, changed: { ...anomaly, acknowledged } },
  );
  return ok({ id: anomaly.id, kind: anomaly.kind, by });
}

function isOver(id: string, state: string): OperationFailure {
  return {
    code: "TL472",
    exit: 2,
    what: `the anomaly ${id} is ${state}: nobody needs to look at it`,
    effect: "Nothing was changed.",
    fix: `Look at it with tripline explain ${id.slice(0, 8)}; reopen one that was accepted or closed with tripline anomalies reopen.`,
  };
}
