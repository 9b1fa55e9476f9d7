import type { AnomalyStep } from "../domain/anomaly.ts";
import type { Evaluation } from "../domain/evaluation.ts";
import type { EventDocument, HealthNotice } from "../domain/event.ts";
import { encodeEvaluatedStep } from "./anomaly.ts";
import type { CycleFacts } from "./context.ts";
import { encodeEvaluatedHealth } from "./health-event.ts";
import { numbered } from "./numbered.ts";

/** Everything of an evaluation between two scans that becomes an event. */
export interface EvaluationEvents {
  readonly evaluation: Evaluation;
  /** The cycle whose facts were judged. */
  readonly facts: CycleFacts;
  readonly steps: readonly AnomalyStep[];
  /** Of those that groups stand for. */
  readonly members: readonly AnomalyStep[];
  readonly health: readonly HealthNotice[];
}

/** In the order they leave: anomalies, members of groups, then health. Same input, same bytes. */
export function encodeEvaluation(input: EvaluationEvents): readonly EventDocument[] {
  const { evaluation, facts, steps, members, health } = input;
  return [
    ...[...steps, ...members].map((step) => encodeEvaluatedStep(step, facts, evaluation)),
    ...numbered(health).map(([notice, n]) => encodeEvaluatedHealth(notice, facts, { evaluation, n })),
  ];
}
