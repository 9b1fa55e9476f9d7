import { z } from "zod";
import { ok, type Result } from "../../lib/result.ts";
import type { CycleReport } from "../../pipeline/cycle-report.ts";
import type { Delivery } from "../../report/model/delivery.ts";
import type { OperationFailure } from "../failure.ts";
import { announceDropped } from "./announce-dropped.ts";
import { openCourier } from "./courier.ts";
import { withState } from "./on-state.ts";
import type { Desk, During, Site } from "./operation.ts";
import { scanLive } from "./scan-live.ts";
import { sweepState } from "./sweep-state.ts";
import { tellOpening } from "./tell.ts";

/** How a scan treats the baseline. */
export const LEARNING = {
  learn: z.boolean(),
  /** Mature after so many covered scans with no minimum time; null: the configured rule. */
  learnScans: z.int().min(1).nullable(),
};

export const PROFILE = z.enum(["ports", "deep"]);

export const SCAN = z.strictObject({
  profile: PROFILE,
  ...LEARNING,
  /** Also sends what waits. */
  emit: z.boolean(),
  /** A part of the configured targets; absent: all. */
  only: z.array(z.string()).readonly().optional(),
  /** True: something is decided by what this very scan finds. */
  judged: z.boolean().optional(),
  /** False: a running agent is asked to scan, and its result is not waited for. */
  wait: z.boolean().optional(),
});

export type ScanRequest = z.infer<typeof SCAN>;

export interface ScanNowOutcome {
  readonly report: CycleReport;
  readonly delivery: Delivery;
  /** What had happened to the state (see {@link tellOpening}), and which announcements were refused. */
  readonly opening: readonly string[];
}

/** `tripline scan`: opens the state, runs one cycle, and with `emit` sends what waits. */
export function scanNow(
  site: Site,
  request: ScanRequest,
  during: During,
): Promise<Result<ScanNowOutcome, OperationFailure>> {
  return withState(site, "write", (desk) => scanAt(desk, request, during));
}

async function scanAt(
  desk: Desk,
  request: ScanRequest,
  { signal, onProgress, onSending }: During,
): Promise<Result<ScanNowOutcome, OperationFailure>> {
  const live = desk.runtime.live(desk.loaded, desk.stateDirectory);
  if (!live.ok) return live;
  const courier = await openCourier({ ...desk, temporary: false });
  const opening = [...(await tellOpening(desk)), ...(await announceDropped(desk))];
  const report = await scanLive(desk, { ...request, live: live.value, signal, onProgress });
  if (!report.ok) {
    await courier.close();
    return report;
  }
  const delivery = await courier.deliver({ emit: request.emit, signal, onProgress: onSending });
  await courier.close();
  await sweepState(desk);
  return ok({ report: report.value, delivery, opening });
}
