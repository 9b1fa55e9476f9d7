import { z } from "zod";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "./operation.ts";
import { commitChange, OPERATOR } from "./operator-commit.ts";

export const CANCEL_CHANGE = z.strictObject({
  /** Of the change, or its first characters. */
  id: z.string().min(1),
  ...OPERATOR,
});

export const CANCELLED = z.object({ id: z.string(), ticket: z.string() });

/** Explains nothing from now on; what it explained before stays as it is. */
export async function cancelChange(
  desk: Desk,
  { id, ...operator }: z.infer<typeof CANCEL_CHANGE>,
): Promise<Result<z.infer<typeof CANCELLED>, OperationFailure>> {
  const changes = await desk.store.cycles.loadChanges(desk.loaded.config.segment);
  const found = changes.filter((one) => one.id.startsWith(id));
  const [change] = found;
  if (change === undefined || found.length > 1) return err(noSuchChange(id, found.length));
  const cancelled = { ...change, state: "cancelled" as const };
  await commitChange(desk, operator, {
    kind: "change-cancelled",
    object: change.ticket,
    rows: { changes: [cancelled] },
  });
  return ok({ id: change.id, ticket: change.ticket });
}

function noSuchChange(id: string, found: number): OperationFailure {
  return {
    code: "TL467",
    exit: 2,
    what: found === 0 ? `no announced change has the id "${id}"` : `${found} announced changes begin with "${id}"`,
    effect: "Nothing was changed.",
    fix: "See tripline change list; a change that ended or was cancelled cannot be cancelled.",
  };
}
