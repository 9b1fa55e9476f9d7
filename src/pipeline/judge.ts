import type { CycleDrift } from "../declared/compare/cycle-drift.ts";
import { standing } from "../detect/standing.ts";
import type { Anomaly, AnomalyStep } from "../domain/anomaly.ts";
import type { CycleContext, CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import { type EvaluationCause, isJudgedBy } from "../domain/evaluation.ts";
import { CATALOGUE } from "../domain/kinds/catalogue.ts";
import type { Memory } from "../domain/memory.ts";
import { portKey } from "../domain/network.ts";
import { advanceAnomalies, type Advance, type AdvanceInput } from "../score/life/life-cycle.ts";
import type { ScoringRules } from "../score/weigh/rules.ts";

export interface JudgeInput {
  readonly cause: EvaluationCause;
  readonly context: CycleContext;
  readonly deviations: readonly Deviation[];
  /** The state of an open anomaly that no deviation mentions. */
  readonly standing: AdvanceInput["standing"];
  /** Nothing may be concluded from what is not seen. */
  readonly degraded: boolean;
  /** What no second look confirmed is not told yet. */
  readonly doubtful: boolean;
  readonly memory: Pick<Memory, "baseline" | "anomalies" | "past" | "mutes">;
  readonly rules: ScoringRules;
}

/** Deviations of an evaluation and the anomalies that were open → scored steps in the life of anomalies. Pure. */
export function judge({ cause, memory, ...input }: JudgeInput): Advance {
  const { baseline, anomalies: open, past, mutes } = memory;
  return ofCause(advanceAnomalies({ ...input, baseline, open, past, mutes }), cause);
}

/**
 * Everything is weighed together, because one change supports another; what this cause may not judge is left to the
 * next evaluation that may. An anomaly gives way to one that is opened here, whatever found it, and to no other.
 */
function ofCause(all: Advance, cause: EvaluationCause): Advance {
  const [own, others] = [true, false].map((is) => all.changed.filter((one) => isJudgedBy(cause, one) === is));
  const replacing = (some: readonly Anomaly[] = []) => new Set(some.flatMap((one) => one.supersedes));
  const [byOwn, byOthers] = [replacing(own), replacing(others)];
  const isOver = ({ closed }: Anomaly) => closed?.reason === "superseded";
  const kept = (one: Anomaly) =>
    isOver(one) && byOthers.has(one.id) ? false : isJudgedBy(cause, one) || (isOver(one) && byOwn.has(one.id));
  const changed = all.changed.filter(kept);
  const ids = new Set(changed.map((one) => one.id));
  const ofKept = ({ memberOf }: AnomalyStep) => memberOf !== undefined && ids.has(memberOf);
  const steps = all.steps.filter(({ anomaly }) => kept(anomaly));
  return { ...all, changed, steps, members: all.members.filter(ofKept) };
}

/** What was seen, as evidence for and against anomalies. */
export function evidenceOf(
  view: CycleView,
  deviations: readonly Deviation[],
  { outcome }: Pick<CycleDrift, "outcome">,
): Pick<JudgeInput, "context" | "deviations" | "standing" | "degraded" | "doubtful"> {
  // A source of declarations could not be read: what was undeclared may be so still.
  const doubtful = outcome?.report.incomplete === true;
  return {
    context: view.context,
    deviations,
    standing: (anomaly) => {
      const now = standing(view, anomaly, deviations);
      return doubtful && now === "gone" && isOpenStill(view, anomaly) ? "unmeasured" : now;
    },
    degraded: view.vantage.state === "degraded",
    doubtful: isDoubtful(view),
  };
}

/** A sensor that is disturbed for longer than this sees what it sees: its news cannot wait for better days. */
const SCANS_IN_DOUBT = 3;

function isDoubtful({ vantage, baseline }: CycleView): boolean {
  return vantage.state === "degraded" && (baseline.vantage.doubted ?? 0) < SCANS_IN_DOUBT;
}

/** Undeclared, and on the wire as before. */
function isOpenStill(view: CycleView, { kind, host, port }: Anomaly): boolean {
  const { appears, declaration } = CATALOGUE[kind];
  if (appears === null || declaration !== "source") return false;
  const ports = view.hosts.find((one) => one.id === host?.id)?.observation.ports;
  if (ports === undefined || port === null) return ports !== undefined;
  return ports.some((one) => one.state === "open" && portKey(one) === portKey(port));
}
