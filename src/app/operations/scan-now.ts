import type { LoadedConfig } from "../../config/load.ts";
import type { ScanProgress } from "../../domain/ports/scanner.ts";
import type { Profile } from "../../domain/scan-plan.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { CycleReport } from "../../pipeline/cycle-report.ts";
import { createTelemetry } from "../../telemetry/happenings.ts";
import { silentLogger } from "../../telemetry/logger.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { type Delivery, drainAll, openRelays, waitingEvents } from "../delivery.ts";
import { prepareLive } from "../live.ts";
import { openState } from "../wiring.ts";
import type { OperationFailure } from "./failure.ts";
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
    const telemetry = createTelemetry(silentLogger(), createMetrics());
    const relays = await openRelays({
      loaded: request.loaded,
      stateDirectory: request.stateDirectory,
      outbox: store.outbox,
      telemetry,
      onHealth: () => undefined,
    });
    const opening = await tellOpening(store, request.loaded);
    const report = await scanLive({ ...request, live: live.value, store: store.cycles });
    if (!report.ok) {
      await relays.close();
      return report;
    }
    const delivery = request.emit
      ? await drainAll(relays, store.outbox, request.signal)
      : { waiting: await waitingEvents(store.outbox), unreachable: false, reasons: [] };
    await relays.close();
    await sweepState(store, request.stateDirectory, request.loaded);
    return ok({ report: report.value, delivery, opening });
  } finally {
    store.close();
  }
}
