import type { AnomalyStep } from "../domain/anomaly.ts";
import type { ScanSummary, VantageVerdict } from "../domain/cycle.ts";
import type { EvaluatedState } from "../domain/declaration.ts";
import type { Evaluation } from "../domain/evaluation.ts";
import type { HealthNotice } from "../domain/event.ts";
import type { CycleStore } from "../domain/ports/stores.ts";
import { encodeEvaluation } from "../events/encode-evaluation.ts";
import type { HostsNow } from "../events/host-now.ts";
import { judge, type JudgeInput } from "./judge.ts";

/** What an evaluation between two scans is made of. */
export interface EvaluationInput extends Omit<JudgeInput, "cause"> {
  readonly evaluation: Evaluation;
  /** Of the cycle whose facts are judged, as it was committed. */
  readonly summary: ScanSummary;
  readonly vantage: VantageVerdict;
  readonly hosts: HostsNow;
  /** Declarations as evaluated, kept for the next time; null = unchanged. */
  readonly declared: EvaluatedState | null;
  readonly health: readonly HealthNotice[];
}

export interface EvaluationReport {
  readonly steps: readonly AnomalyStep[];
  readonly health: readonly HealthNotice[];
  readonly events: number;
}

/**
 * Anomalies without a scan: deviations of another cause are judged, encoded and committed as those of a cycle are, in one
 * transaction. Nothing is learned, and an anomaly that is only still there is not counted: nobody looked again.
 */
export async function evaluate(
  input: EvaluationInput,
  store: Pick<CycleStore, "commitEvaluation">,
): Promise<EvaluationReport> {
  const { evaluation, context, summary, vantage, hosts, declared, health } = input;
  const { steps, ...judged } = judge({ ...input, cause: evaluation.cause });
  const members = ofTold(judged.members, steps);
  const facts = { context, summary, vantage, hosts };
  const events = encodeEvaluation({ evaluation, facts, steps, members, health });
  await store.commitEvaluation({
    segment: context.vantage.segment,
    anomalies: lastOfEach(steps),
    declared,
    events,
    committedAt: evaluation.at,
  });
  return { steps, health, events: events.length };
}

/** What is not stored of a group now is reported when a scan finds it. */
function ofTold(members: readonly AnomalyStep[], steps: readonly AnomalyStep[]): readonly AnomalyStep[] {
  const told = new Set(steps.map(({ anomaly }) => anomaly.id));
  return members.filter(({ memberOf }) => memberOf !== undefined && told.has(memberOf));
}

/** Each anomaly as its last step leaves it. */
function lastOfEach(steps: readonly AnomalyStep[]) {
  return [...new Map(steps.map(({ anomaly }) => [anomaly.id, anomaly])).values()];
}
