import { z } from "zod";
import type { CycleReport } from "../../pipeline/cycle-report.ts";
import type { CycleOutcome } from "../../report/model/scan.ts";
import { agentVersion } from "../../config/package-root.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { waitingEvents } from "../delivery.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "../operations/operation.ts";
import { SCAN_CUT_SHORT } from "../control/refusals.ts";

/** The end of a scan that somebody asked for; null: the agent stopped before it began. */
export type AskedScan = Promise<Result<CycleReport, OperationFailure> | null>;

/** The outcome of a scan as it goes through the socket. Only the version that made it can show it. */
export const SCAN_ENDED = z.object({
  version: z.string(),
  outcome: z.custom<CycleOutcome>((value) => typeof value === "object" && value !== null),
  waiting: z.int(),
});

export type ScanEnded = Readonly<z.infer<typeof SCAN_ENDED>>;

/** Waits for the end, and takes what is shown of it. */
export async function endOf({ store }: Desk, asked: AskedScan): Promise<Result<ScanEnded, OperationFailure>> {
  const ended = await asked;
  if (ended === null) return err(SCAN_CUT_SHORT);
  if (!ended.ok) return ended;
  if (ended.value.state === "interrupted") return err(SCAN_CUT_SHORT);
  const { state: _state, cycleId: _cycle, scanNumber: _number, drift: _drift, ...outcome } = ended.value;
  return ok({ version: agentVersion(), outcome, waiting: await waitingEvents(store.outbox) });
}

export function isOfThisVersion({ version }: ScanEnded): boolean {
  return version === agentVersion();
}
