import type { LoadedConfig } from "../../config/load.ts";
import type { ScanProgress } from "../../domain/ports/scanner.ts";
import type { Profile } from "../../domain/scan-plan.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { CycleReport } from "../../pipeline/cycle-report.ts";
import type { Delivery } from "../../report/model/delivery.ts";
import { prepareLive } from "../live.ts";
import { openState } from "../wiring.ts";
import { openCourier } from "./courier.ts";
import type { OperationFailure } from "../failure.ts";
import { scanLive } from "./scan-live.ts";
import { sweepState } from "./sweep-state.ts";
import { tellOpening } from "./tell.ts";

/** `tripline scan`: opens the state, runs one cycle, and with `emit` sends what waits. */
export interface ScanNow {
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
  readonly profile: Profile;
  readonly learn: boolean;
  readonly learnScans: number | null;
  readonly emit: boolean;
  /** A part of the configured targets; absent: all. */
  readonly only?: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ScanProgress) => void;
  /** Events that left the outbox, of those that waited. */
  readonly onSending?: (settled: number, of: number) => void;
}

export interface ScanNowOutcome {
  readonly report: CycleReport;
  readonly delivery: Delivery;
  /** What had happened to the state; see {@link tellOpening}. */
  readonly opening: readonly string[];
}

export async function scanNow(request: ScanNow): Promise<Result<ScanNowOutcome, OperationFailure>> {
  const opened = openState(request.stateDirectory, "write", request.loaded.config.store.max_size);
  if (!opened.ok) return err(opened.error);
  const store = opened.value;
  try {
    const live = prepareLive(request.loaded, request.stateDirectory);
    if (!live.ok) return live;
    const { loaded, stateDirectory, emit, signal, onSending: onProgress } = request;
    const courier = await openCourier({ loaded, stateDirectory, store, temporary: false });
    const opening = await tellOpening(store, loaded);
    const report = await scanLive({ ...request, live: live.value, store: store.cycles });
    if (!report.ok) {
      await courier.close();
      return report;
    }
    const delivery = await courier.deliver({ emit, signal, onProgress });
    await courier.close();
    await sweepState(store, stateDirectory, loaded);
    return ok({ report: report.value, delivery, opening });
  } finally {
    store.close();
  }
}
