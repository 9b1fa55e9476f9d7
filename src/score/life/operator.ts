import type { Anomaly, AnomalyStep, Mute } from "../../domain/anomaly.ts";
import { operatorReason } from "../words/reason.ts";
import { makeStep } from "./step.ts";
import { dayText } from "../../domain/words.ts";

/** Who did it, why, and when (UTC ms). */
export interface OperatorAct {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** "This is normal now." The caller moves the value into the baseline in the same commit. */
export function acceptStep(anomaly: Anomaly, act: OperatorAct): AnomalyStep {
  const accepted: Anomaly = { ...anomaly, state: "accepted", closed: { by: act.by, reason: "accepted" }, mute: null };
  return makeStep(accepted, operatorStep("accepted", anomaly, act));
}

/** "Do not alert until a date": it is still detected, stored and counted. */
export function muteStep(anomaly: Anomaly, mute: Mute, at: number): AnomalyStep {
  const muted: Anomaly = { ...anomaly, state: "muted", mute: { id: mute.id, origin: mute.origin, until: mute.until } };
  const reason = `${operatorReason(mute.by, mute.reason).slice(0, -1)}, until ${dayText(mute.until)}.`;
  return { ...makeStep(muted, operatorStep("muted", anomaly, { by: mute.by, reason: mute.reason, at })), reason };
}

/** Removes a mute by hand: the operator knows, so nothing is reported again. */
export function unmuteStep(anomaly: Anomaly, act: OperatorAct): AnomalyStep {
  return makeStep({ ...anomaly, state: "open", mute: null }, operatorStep("unmuted", anomaly, act));
}

/** It was a true alert. The reference stays; while it lasts nothing more is reported about it. */
export function closeStep(anomaly: Anomaly, act: OperatorAct): AnomalyStep {
  const closed: Anomaly = {
    ...anomaly,
    state: "closed",
    closed: { by: act.by, reason: "real" },
    mute: null,
    verdict: { as: "real", ...act },
  };
  return makeStep(closed, operatorStep("closed", anomaly, act));
}

/** An accept or a verdict is taken back: it is as open as before. */
export function reopenStep(anomaly: Anomaly, act: OperatorAct): AnomalyStep {
  const { verdict: _, ...bare } = anomaly;
  return makeStep({ ...bare, state: "open", closed: null, mute: null }, operatorStep("reopened", anomaly, act));
}

function operatorStep(
  transition: "accepted" | "muted" | "unmuted" | "closed" | "reopened",
  anomaly: Anomaly,
  act: OperatorAct,
) {
  return { transition, at: act.at, previousScore: anomaly.score.value, reason: operatorReason(act.by, act.reason) };
}
