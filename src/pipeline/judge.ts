import { standing } from "../detect/standing.ts";
import type { Anomaly } from "../domain/anomaly.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import { CATALOGUE } from "../domain/kinds/catalogue.ts";
import type { Memory } from "../domain/memory.ts";
import { portKey } from "../domain/network.ts";
import { advanceAnomalies, type Advance } from "../score/life/life-cycle.ts";
import type { ScoringRules } from "../score/weigh/rules.ts";

/** Deviations of this cycle and the anomalies that were open → scored steps in the life of anomalies. Pure. */
export function judge(input: {
  readonly view: CycleView;
  readonly deviations: readonly Deviation[];
  /** A source of declarations could not be read: what was undeclared may be so still. */
  readonly declaredIncomplete: boolean;
  readonly memory: Memory;
  readonly rules: ScoringRules;
}): Advance {
  const { view, deviations, declaredIncomplete, memory, rules } = input;
  return advanceAnomalies({
    context: view.context,
    open: memory.anomalies,
    deviations,
    standing: (anomaly) => {
      const now = standing(view, anomaly, deviations);
      return declaredIncomplete && now === "gone" && isOpenStill(view, anomaly) ? "unmeasured" : now;
    },
    rules,
    baseline: view.baseline,
    mutes: memory.mutes,
    degraded: view.vantage.state === "degraded",
  });
}

/** Undeclared, and on the wire as before. */
function isOpenStill(view: CycleView, { kind, host, port }: Anomaly): boolean {
  const { appears, declaration } = CATALOGUE[kind];
  if (appears === null || declaration !== "source") return false;
  const ports = view.hosts.find((one) => one.id === host?.id)?.observation.ports;
  if (ports === undefined || port === null) return ports !== undefined;
  return ports.some((one) => one.state === "open" && portKey(one) === portKey(port));
}
