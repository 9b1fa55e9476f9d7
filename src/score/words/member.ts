import type { Anomaly, AnomalyStep } from "../../domain/anomaly.ts";
import { take } from "../../domain/words.ts";
import { openingReason, REASON_MAX } from "./reason.ts";

/** Why a member is reported, and what tells of it. */
export function memberReason(member: Anomaly, group: Anomaly): string {
  return both(openingReason(member), `It ${partText(group)}.`);
}

/** `is one of 12 that the anomaly kaajroxe… stands for`, as a verb phrase. */
export function partText({ id, group, after }: Anomaly): string {
  return `is one of ${group?.members.length ?? after.open_count ?? 0} that the anomaly ${id} stands for`;
}

/** Why one member is over while others are not. */
export function overReason({ reason }: AnomalyStep, { id }: Anomaly): string {
  return both(reason, `The anomaly ${id}, which stands for it and others, is not over.`);
}

/** Why a member shares the step of what stands for it. */
export function togetherReason({ anomaly, reason }: AnomalyStep): string {
  return both(`Together with the anomaly ${anomaly.id}, which stands for it.`, reason);
}

/** Of a group with more members than events. */
export function leftOutReason(
  { reason }: AnomalyStep,
  { told, leftOut }: { readonly told: number; readonly leftOut: number },
): string {
  const have = told === 1 ? "1 member has an event of its own" : `${told} members have events of their own`;
  return both(reason, `${have}, ${leftOut} more ${leftOut === 1 ? "is" : "are"} only listed.`);
}

/** The first one is shortened where both are too long. */
function both(first: string, second: string): string {
  const more = take(second, REASON_MAX / 2);
  return `${take(first, REASON_MAX - more.length - 1)} ${more}`;
}
