import type { Anomaly, Mute } from "../domain/anomaly.ts";
import type { SegmentBaseline } from "../domain/baseline.ts";
import type { DeclaredState } from "../domain/declaration.ts";
import type { ObservationMark } from "../domain/ports/stores.ts";
import type { CycleRooms, CycleTick } from "./tick.ts";

/** What is known before the scan: read once, never changed in the cycle. */
export interface Memory {
  readonly installId: string;
  readonly scanNumber: number;
  readonly startedAt: number;
  readonly baseline: SegmentBaseline;
  readonly anomalies: readonly Anomaly[];
  readonly mutes: readonly Mute[];
  readonly marks: readonly ObservationMark[];
  /** What was declared in the last cycle, and what is declared now. */
  readonly declaredBefore: DeclaredState | null;
  readonly declared: DeclaredState | null;
}

export async function recall(tick: CycleTick, rooms: CycleRooms): Promise<Memory> {
  const { store } = rooms;
  const { segment } = tick.vantage;
  const declaredBefore = await store.loadDeclared(segment);
  return {
    installId: tick.installId ?? (await store.installId()),
    scanNumber: await store.nextScanNumber(segment),
    startedAt: rooms.clock.now(),
    baseline: await store.loadBaseline(segment),
    anomalies: await store.loadAnomalies(segment),
    mutes: [...tick.mutes, ...(await store.loadMutes())],
    marks: await store.loadObservationMarks(segment),
    declaredBefore,
    declared: rooms.readDeclared === null ? null : await rooms.readDeclared(declaredBefore),
  };
}
