import type { Anomaly, AnomalyStep, Transition } from "../../domain/anomaly.ts";
import { shortDigest } from "../../lib/hash.ts";
import { stepMessage } from "../words/message.ts";

export interface StepInput {
  readonly transition: Transition;
  /** UTC ms, when it was observed or done. */
  readonly at: number;
  /** The score last reported; null at an opening. */
  readonly previousScore: number | null;
  readonly reason: string;
  /** For the sentence of `updated`; of `resolved`, where it did not end as usual. */
  readonly detail?: string;
}

/** A step in the life of an anomaly; the anomaly inside already carries its new sentence. */
export function makeStep(anomaly: Anomaly, input: StepInput): AnomalyStep {
  const { transition, at, previousScore, reason } = input;
  const message = stepMessage(anomaly, { transition, at, previousScore, detail: input.detail ?? null });
  const told: Anomaly = { ...anomaly, message, lastEventAt: at };
  return {
    anomaly: told,
    transition,
    notable: isNotable(told, transition),
    previousScore,
    at,
    fingerprint: fingerprint(told, transition),
    reason,
  };
}

/**
 * Worth an alert if the score is: opened or escalated, nobody muted it, not for information only. The first
 * evaluation of a source of declarations is an inventory: of that only critical ones are.
 */
function isNotable(anomaly: Anomaly, transition: Transition): boolean {
  if (transition !== "opened" && transition !== "escalated") return false;
  if (anomaly.state !== "open" || anomaly.informational) return false;
  return anomaly.declared?.firstEvaluation !== true || anomaly.score.band === "critical";
}

/** Immutable facts only: one mutable field here would turn every retry into another event. */
function fingerprint(anomaly: Anomaly, transition: Transition): string {
  const { kind, subject, target, from, to, episode, confirmed, evidence, group } = anomaly;
  const members = group?.members.map((m) => m.anomalyId) ?? [];
  return shortDigest(
    JSON.stringify([transition, kind, subject, target, from, to, episode, confirmed, evidence, members]),
  );
}
