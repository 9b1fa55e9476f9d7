import type { Profile } from "../../domain/scan-plan.ts";
import type { CycleReport } from "../../pipeline/cycle-report.ts";
import { err, type Result } from "../../lib/result.ts";
import { broke } from "../control/refusals.ts";
import { type OperationFailure, storeFailure } from "../failure.ts";
import { announceDropped } from "../operations/announce-dropped.ts";
import { scanLive } from "../operations/scan-live.ts";
import { sweepState } from "../operations/sweep-state.ts";
import type { AskedScan } from "./asked-scan.ts";
import type { AgentDesk } from "./operations.ts";
import { type AgentParts, deskOf } from "./parts.ts";
import { tellFailure, tellRefusal, tellReport, tellSkip } from "./telling.ts";

interface Asked {
  readonly profile: Profile;
  /** An interrupted cycle younger than this many ms is resumed instead of beginning a new one. */
  readonly resumeWithinMs?: number;
}

type AskedCycle = Promise<Result<CycleReport, OperationFailure>>;

type Tick = (profile: Profile, more?: Omit<Asked, "profile">) => void;

/** What a tick does: one cycle with the setup in effect, or a counted skip while another one runs. */
export function cycleOf(parts: AgentParts, signal: AbortSignal): Tick {
  return (profile, more = {}) => {
    if (signal.aborted) return;
    const started = parts.flight.start(async () => void (await oneCycle(parts, { profile, ...more }, signal)));
    if (!started) tellSkip(parts.options.runtime.telemetry, profile);
  };
}

/** A scan that somebody asks for: now, or as the next one. Null: this agent begins none any more. */
export function scanSoonOf(parts: AgentParts, signal: AbortSignal): AgentDesk["scanSoon"] {
  return (profile) => {
    if (signal.aborted || parts.options.once) return null;
    const { promise: end, resolve } = Promise.withResolvers<Awaited<AskedScan>>();
    const start = () => parts.flight.start(async () => resolve(await oneCycle(parts, { profile }, signal)));
    if (start()) return { state: "started", profile, end };
    const coming = parts.asked.get(profile);
    if (coming !== undefined) return { state: "next", profile, end: coming };
    parts.asked.set(profile, end);
    void follow(parts, profile, () => (signal.aborted ? gone(resolve) : start()));
    return { state: "next", profile, end };
  };
}

/** What somebody asks for begins as soon as nothing else scans. */
export function aloneOf(parts: AgentParts, signal: AbortSignal): AgentDesk["alone"] {
  return async <T>(work: (live: AgentParts["setup"]["live"]) => Promise<T>) => {
    for (;;) {
      await parts.flight.settled();
      if (signal.aborted || parts.options.once) return null;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const begun = parts.flight.start(() => work(parts.setup.live).then(resolve, reject));
      if (begun) return promise;
    }
  };
}

function gone(tell: (end: null) => void): true {
  tell(null);
  return true;
}

/** Ticks are skipped while something runs, but what a person asked for is done; asking twice makes it no two. */
async function follow(parts: AgentParts, profile: Profile, begun: () => boolean): Promise<void> {
  do await parts.flight.settled();
  while (!begun());
  parts.asked.delete(profile);
}

/** A cycle that throws is a bug or a failed store: it is reported loudly, and the next tick tries again. */
async function oneCycle(parts: AgentParts, what: Asked, signal: AbortSignal): AskedCycle {
  const ended = await cycleNow(parts, what, signal);
  await sweep(parts);
  return ended;
}

async function cycleNow(parts: AgentParts, what: Asked, signal: AbortSignal): AskedCycle {
  const { relaying, options } = parts;
  const { telemetry } = options.runtime;
  let complete = false;
  try {
    await announceDropped(deskOf(parts));
    const report = await scanLive(deskOf(parts), {
      live: parts.setup.live,
      ...what,
      learn: true,
      learnScans: null,
      signal,
    });
    if (report.ok) {
      tellReport(telemetry, report.value);
      complete = isComplete(report.value);
      relaying.wake();
    } else tellRefusal(telemetry, report.error);
    return report;
  } catch (error) {
    tellFailure(telemetry, error);
    return err(storeFailure(error) ?? broke(error instanceof Error ? error.message : String(error)));
  } finally {
    parts.incomplete ||= !complete;
  }
}

function isComplete(report: CycleReport): boolean {
  return (
    report.state === "finished" && report.summary.completeness === "complete" && report.vantage.state !== "degraded"
  );
}

/** Also after a cycle that failed: a full store gets room again only when old rows go. */
async function sweep(parts: AgentParts): Promise<void> {
  try {
    await sweepState(deskOf(parts));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    parts.options.runtime.telemetry.happened("state-not-swept", { fields: { reason } });
  }
}
