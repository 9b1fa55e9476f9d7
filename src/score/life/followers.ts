import type { AnomalyStep, Anomaly, ToldMember, Transition } from "../../domain/anomaly.ts";
import { toldAnomaly } from "../../domain/members.ts";
import { leftOutReason, togetherReason } from "../words/member.ts";
import { makeStep } from "./step.ts";
import { isActive } from "./told.ts";

/** Members of one anomaly that get an event in one cycle, or by one act of an operator. */
export const MOST_PER_GROUP = 50;
/** Of all anomalies together. */
export const MOST_AT_ONCE = 500;

/** What an operator does to a group happens to each of its members; `others`: events of members that are written already. */
export function withFollowers(
  step: AnomalyStep,
  others = 0,
): { readonly step: AnomalyStep; readonly members: readonly AnomalyStep[] } {
  if (!FOLLOWED.has(step.transition)) return { step, members: [] };
  const all = (step.anomaly.told ?? []).filter(isActive);
  const members = all.slice(0, Math.min(MOST_PER_GROUP, MOST_AT_ONCE - others)).map((one) => follow(one, step));
  return { step: withCount(step, members.length, all.length - members.length), members };
}

/** What happens to a whole group happens to each of its members. */
export const FOLLOWED: ReadonlySet<Transition> = new Set([
  "resolved",
  "aged",
  "accepted",
  "closed",
  "reopened",
  "muted",
  "unmuted",
]);

export function follow(one: ToldMember, step: AnomalyStep): AnomalyStep {
  const { state, closed, mute, id } = step.anomaly;
  const member: Anomaly = { ...toldAnomaly(one, step.anomaly), state, closed, mute };
  const { transition, at } = step;
  const previousScore = member.score.value;
  return asMember(makeStep(member, { transition, at, previousScore, reason: togetherReason(step) }), id);
}

export function asMember(step: AnomalyStep, memberOf: string): AnomalyStep {
  return { ...step, notable: false, memberOf };
}

export function withCount(step: AnomalyStep, told: number, leftOut: number): AnomalyStep {
  if (told + leftOut === 0) return step;
  const reason = leftOut === 0 ? step.reason : leftOutReason(step, { told, leftOut });
  return { ...step, reason, members: { told, leftOut } };
}
