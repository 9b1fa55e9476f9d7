import type { Scanner, ScanProgress } from "../../domain/ports/scanner.ts";
import type { Profile } from "../../domain/scan-plan.ts";
import { vantagePlace } from "../../domain/vantage.ts";
import { ok, type Result } from "../../lib/result.ts";
import { runCycle } from "../../pipeline/cycle.ts";
import type { CycleReport } from "../../pipeline/cycle-report.ts";
import { findUnfinished } from "../../pipeline/recall.ts";
import type { LiveScanner, PinnedScan } from "../live.ts";
import type { OperationFailure } from "../failure.ts";
import { type Learning, liveTick } from "../tick.ts";
import type { Desk } from "./operation.ts";

/** One cycle with nmap, now. */
export interface LiveCycle extends Learning {
  readonly live: LiveScanner;
  readonly profile: Profile;
  /** An interrupted cycle younger than this many ms is resumed; absent: a new one is begun. */
  readonly resumeWithinMs?: number;
  /** A part of the configured targets; absent: all. */
  readonly only?: readonly string[] | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
  /** What is between the cycle and nmap; absent: nothing. */
  readonly around?: (nmap: Scanner) => Scanner;
}

/** Refuses only when there is nothing that may be scanned; everything else is a report with its verdict. */
export async function scanLive(
  desk: Omit<Desk, "stateDirectory">,
  request: LiveCycle,
): Promise<Result<CycleReport, OperationFailure>> {
  const { runtime, loaded, store } = desk;
  const { live, signal } = request;
  const { clock, hostname, ids } = runtime;
  const pinned = await live.pin(request.only);
  if (!pinned.ok) return pinned;
  const before = await pinned.value.watch.look(signal);
  const place = vantagePlace(before);
  const plan = pinned.value.planDigest(request.profile, place);
  const unfinished = await unfinishedOf(desk, request, plan);
  const tick = liveTick(loaded, { ...request, place, raw: live.raw, plan, unfinished, hostname, newId: ids.next() });
  const { cycleId, profile } = tick.context;
  const { source, prober } = pinned.value.cycle({ cycleId, profile, place, ...seamsOf(request) });
  const watch = { before, after: () => pinned.value.watch.look(signal) };
  const readDeclared = runtime.declared(loaded, clock);
  const deps = { store: store.cycles, source, prober, watch, readDeclared, rules: runtime.rules(), clock };
  return ok(await runCycle(tick, deps, signal));
}

function seamsOf({ onProgress, around }: LiveCycle): Pick<Parameters<PinnedScan["cycle"]>[0], "onProgress" | "around"> {
  return { ...(onProgress === undefined ? {} : { onProgress }), ...(around === undefined ? {} : { around }) };
}

async function unfinishedOf(
  { runtime, loaded, store }: Omit<Desk, "stateDirectory">,
  { profile, resumeWithinMs }: LiveCycle,
  plan: string,
) {
  if (resumeWithinMs === undefined) return null;
  const notBefore = runtime.clock.now() - resumeWithinMs;
  return findUnfinished(store.cycles, { segment: loaded.config.segment, profile, plan, notBefore });
}
