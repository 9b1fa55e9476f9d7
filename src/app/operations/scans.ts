import { z } from "zod";
import { ok, type Result } from "../../lib/result.ts";
import { listedScan, type ScansView } from "../../report/model/scans.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "./operation.ts";

export const SCANS = z.strictObject({
  /** UTC ms; null: from the first. */
  since: z.number().nullable(),
  /** Only that many of the newest; null: all. */
  last: z.int().nullable(),
});

/** The scans of the segment, those that were cut off included, the newest first. */
export async function listScans(
  { store, loaded }: Desk,
  { since, last }: z.infer<typeof SCANS>,
): Promise<Result<ScansView, OperationFailure>> {
  const { segment } = loaded.config;
  const all = await store.history.cycles(segment, last ?? Number.MAX_SAFE_INTEGER);
  const kept = await store.keeping.cyclesWithFacts();
  const recent = all.filter(({ startedAt }) => since === null || startedAt >= since);
  return ok({ kind: "scans", segment, scans: recent.map((cycle) => listedScan(cycle, kept)) });
}
