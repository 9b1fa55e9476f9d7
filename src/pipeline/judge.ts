import { standing } from "../detect/standing.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import { advance, type Advance } from "../score/life-cycle.ts";
import type { ScoringRules } from "../score/rules.ts";
import type { Memory } from "./recall.ts";

/** Deviations of this cycle and the anomalies that were open → scored steps in the life of anomalies. Pure. */
export function judge(input: {
  readonly view: CycleView;
  readonly deviations: readonly Deviation[];
  readonly memory: Memory;
  readonly rules: ScoringRules;
}): Advance {
  const { view, deviations, memory, rules } = input;
  return advance({
    context: view.context,
    open: memory.anomalies,
    deviations,
    standing: (anomaly) => standing(view, anomaly, deviations),
    rules,
    baseline: view.baseline,
    mutes: memory.mutes,
    degraded: view.vantage.state === "degraded",
  });
}
