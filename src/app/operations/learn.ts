import { z } from "zod";
import { relearn } from "../../baseline/accept.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "./operation.ts";
import { commitChange, OPERATOR } from "./operator-commit.ts";

export const LEARN = z.strictObject(OPERATOR);

export const LEARNING_ANEW = z.object({ segment: z.string() });

/** Everything is learned again from the next scan; open anomalies close by themselves. */
export async function learn(
  desk: Desk,
  operator: z.infer<typeof LEARN>,
): Promise<Result<{ readonly segment: string }, OperationFailure>> {
  const { segment } = desk.loaded.config;
  const baseline = await desk.store.cycles.loadBaseline(segment);
  await commitChange(desk, operator, {
    kind: "baseline-reset",
    object: "baseline",
    rows: { baseline: relearn(baseline) },
  });
  return ok({ segment });
}
