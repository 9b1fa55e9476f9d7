import type { LoadedConfig } from "../../config/load.ts";
import type { CycleStore } from "../../domain/ports/stores.ts";
import type { Scanner, ScanProgress } from "../../domain/ports/scanner.ts";
import type { Profile } from "../../domain/scan-plan.ts";
import { vantagePlace } from "../../domain/vantage.ts";
import { ok, type Result } from "../../lib/result.ts";
import { runCycle } from "../../pipeline/cycle.ts";
import type { CycleReport } from "../../pipeline/cycle-report.ts";
import { findUnfinished } from "../../pipeline/recall.ts";
import { declaredReader } from "../declared-reader.ts";
import type { LiveScanner } from "../live.ts";
import type { OperationFailure } from "../failure.ts";
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
  /** A part of the configured targets; absent: all. */
  readonly only?: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** What stands between the cycle and nmap; absent: nothing. */
  readonly around?: (nmap: Scanner) => Scanner;
}

/** Refuses only when there is nothing that may be scanned; everything else is a report with its verdict. */
export async function scanLive(request: LiveCycle): Promise<Result<CycleReport, OperationFailure>> {
  const { loaded, live, store, signal } = request;
  const clock = systemClock();
  const pinned = await live.pin(request.only);
  if (!pinned.ok) return pinned;
  const before = await pinned.value.watch.look(signal);
  const place = vantagePlace(before);
  const plan = pinned.value.planDigest(request.profile, place);
  const unfinished = await unfinishedOf(request, plan, clock.now());
  const tick = liveTick(loaded, { ...request, place, raw: live.raw, plan, unfinished });
  const { cycleId, profile } = tick.context;
  const { source, prober } = pinned.value.cycle({ cycleId, profile, place, ...seamsOf(request) });
  const watch = { before, after: () => pinned.value.watch.look(signal) };
  const readDeclared = declaredReader(loaded, clock);
  const deps = { store, source, prober, watch, readDeclared, rules: scoringRules(), clock };
  return ok(await runCycle(tick, deps, signal));
}

function seamsOf({ onProgress, around }: LiveCycle): Pick<LiveCycle, "onProgress" | "around"> {
  return { ...(onProgress === undefined ? {} : { onProgress }), ...(around === undefined ? {} : { around }) };
}

async function unfinishedOf({ loaded, store, profile, resumeWithinMs }: LiveCycle, plan: string, now: number) {
  if (resumeWithinMs === undefined) return null;
  return findUnfinished(store, { segment: loaded.config.segment, profile, plan, notBefore: now - resumeWithinMs });
}
