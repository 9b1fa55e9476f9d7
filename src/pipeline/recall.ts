import type { Anomaly, Mute } from "../domain/anomaly.ts";
import type { SegmentBaseline } from "../domain/baseline.ts";
import type { DeclaredState, EvaluatedState } from "../domain/declaration.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { ObservationMark } from "../domain/ports/stores.ts";
import type { CycleRooms, CycleTick } from "./tick.ts";

/** What is known before the scan: read once, never changed in the cycle. */
export interface Memory {
  readonly installId: string;
  readonly scanNumber: number;
  readonly startedAt: number;
  /** Runs of the shards that were committed before this cycle was interrupted; none in a new cycle. */
  readonly finished: readonly NmapRun[];
  readonly baseline: SegmentBaseline;
  readonly anomalies: readonly Anomaly[];
  readonly mutes: readonly Mute[];
  readonly marks: readonly ObservationMark[];
  /** What was declared when it was last evaluated, and what is declared now. */
  readonly declaredBefore: EvaluatedState | null;
  readonly declared: DeclaredState | null;
}

export async function recall(tick: CycleTick, rooms: CycleRooms, signal: AbortSignal): Promise<Memory> {
  const { store } = rooms;
  const { segment } = tick.vantage;
  const begun = tick.unfinished?.record;
  const declaredBefore = await store.loadDeclared(segment);
  return {
    installId: tick.installId ?? (await store.installId()),
    scanNumber: begun?.scanNumber ?? (await store.nextScanNumber(segment)),
    startedAt: begun?.startedAt ?? rooms.clock.now(),
    finished: tick.unfinished?.runs ?? [],
    baseline: await store.loadBaseline(segment),
    anomalies: await store.loadAnomalies(segment),
    mutes: [...tick.mutes, ...(await store.loadMutes())],
    marks: await store.loadObservationMarks(segment),
    declaredBefore,
    declared: rooms.readDeclared === null ? null : await rooms.readDeclared(declaredBefore, signal),
  };
}
