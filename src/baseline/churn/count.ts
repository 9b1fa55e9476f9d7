import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import { lifeOf, withOccurrences } from "../../domain/churn.ts";
import { type MemoryStep, settledBy } from "./settled.ts";

const DAY_MS = 86_400_000;

/** The host with what this step settled; the one place where hits are counted. */
export function withSettled(step: MemoryStep, segment: Pick<SegmentBaseline, "watchedMs">): HostBaseline {
  const { after } = step;
  const keys = settledBy(step);
  if (keys.size === 0) return after;
  const life = step.before === null ? DAY_MS : lifeOf(after, segment);
  return { ...after, churn: withOccurrences(after.churn ?? new Map(), keys, { at: segment.watchedMs, life }) };
}

/** Time on the watch after a scan: a longer pause is one day, because nobody looked. */
export function watchedAfter(baseline: SegmentBaseline, endedAt: number): number {
  const since = baseline.lastScanAt === null ? 0 : endedAt - baseline.lastScanAt;
  return baseline.watchedMs + Math.max(0, Math.min(DAY_MS, since));
}
