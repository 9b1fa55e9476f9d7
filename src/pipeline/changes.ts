import type { SegmentBaseline } from "../domain/baseline.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import type { HealthNotice } from "../domain/event.ts";
import type { Memory } from "../domain/memory.ts";
import type { PlannedChange } from "../domain/planned-change.ts";
import { safeChange } from "../domain/safe-period.ts";
import type { CyclePolicy } from "../domain/tick.ts";
import { isOver, notSeenNotice } from "../score/excuse/ended.ts";
import { type Excused, excuseNews } from "../score/excuse/excuses.ts";
import { withMatched } from "../score/excuse/matched.ts";

type Policy = Pick<CyclePolicy, "changes" | "maintenance" | "hostTags">;

/** Deviations beside what was announced, by what the store and the configuration hold; a safe period counts as announced. */
export function excuse(
  deviations: readonly Deviation[],
  view: CycleView,
  at: { readonly memory: Pick<Memory, "changes" | "anomalies">; readonly policy: Policy },
): Excused {
  const { changes, anomalies } = at.memory;
  const { changes: more = [], maintenance } = at.policy;
  return excuseNews(deviations, {
    view,
    changes: [...changes, ...more, ...safeChange(view.context, view.baseline.segment)],
    maintenance,
    anomalies,
  });
}

interface EndOfCycle {
  readonly changes: readonly PlannedChange[];
  readonly excused: Pick<Excused, "matched">;
  readonly baseline: SegmentBaseline;
  readonly policy: Policy & Pick<CyclePolicy, "learn">;
}

export interface ChangesAfter {
  /** Those that the cycle changed. */
  readonly changed: readonly PlannedChange[];
  readonly notices: readonly HealthNotice[];
}

/** The announced changes after a cycle: what they explained, and which are over. */
export function changesAfter(view: CycleView, { changes, excused, baseline, policy }: EndOfCycle): ChangesAfter {
  if (!policy.learn) return { changed: [], notices: [] };
  const now = changes.map((before) => {
    const change = withMatched(before, excused.matched.get(before.id) ?? []);
    const over = isOver(change, { view, baseline, hostTags: policy.hostTags });
    return { before, change: over ? { ...change, state: "ended" as const } : change, over };
  });
  return {
    changed: now.filter(({ before, change }) => change !== before).map(({ change }) => change),
    notices: now.filter(({ over }) => over).flatMap(({ change }) => notSeenNotice(change) ?? []),
  };
}
