import type { LoadedConfig } from "../../config/load.ts";
import type { CycleStore } from "../../domain/ports/stores.ts";
import type { ScanProgress } from "../../domain/ports/scanner.ts";
import type { Profile } from "../../domain/scan-plan.ts";
import { runCycle } from "../../pipeline/cycle.ts";
import type { CycleReport } from "../../pipeline/cycle-report.ts";
import { findUnfinished } from "../../pipeline/resume.ts";
import { declaredReader } from "../declared-reader.ts";
import type { LiveScanner } from "../live.ts";
import { type Learning, liveTick } from "../tick.ts";
import { scoringRules, systemClock } from "../wiring.ts";

/** One cycle with nmap, now. The store is open for writing. */
export interface LiveCycle extends Learning {
  readonly loaded: LoadedConfig;
  readonly live: LiveScanner;
  readonly store: CycleStore;
  readonly profile: Profile;
  /** An interrupted cycle younger than this many ms is gone on with; absent: a new one is begun. */
  readonly resumeWithinMs?: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export async function scanLive(request: LiveCycle): Promise<CycleReport> {
  const { loaded, live, store, signal } = request;
  const clock = systemClock();
  const plan = live.planDigest(request.profile);
  const unfinished = await unfinishedOf(request, plan, clock.now());
  const tick = liveTick(loaded, { ...request, source: live.source, raw: live.raw, plan, unfinished });
  const { cycleId, profile } = tick;
  const progress = request.onProgress === undefined ? {} : { onProgress: request.onProgress };
  const { source, prober } = live.cycle({ cycleId, profile, ...progress });
  const readDeclared = declaredReader(loaded, clock);
  return runCycle(tick, { store, source, prober, readDeclared, rules: scoringRules(), clock }, signal);
}

async function unfinishedOf({ loaded, store, profile, resumeWithinMs }: LiveCycle, plan: string, now: number) {
  if (resumeWithinMs === undefined) return null;
  return findUnfinished(store, { segment: loaded.config.segment, profile, plan, notBefore: now - resumeWithinMs });
}
