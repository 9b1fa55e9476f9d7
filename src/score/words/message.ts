import type { Anomaly, Transition } from "../../domain/anomaly.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import type { Told } from "../../domain/kinds/told.ts";
import { clip, dayText, sentence } from "../../domain/words.ts";
import { formatDuration } from "../../lib/time.ts";

/** So many hosts of a group have room in a sentence. */
const MOST_NAMED = 4;

/** What a step needs besides the anomaly as it is after the step. */
export interface StepWords {
  readonly transition: Transition;
  /** UTC ms. */
  readonly at: number;
  readonly previousScore: number | null;
  /** What grew, for `updated`; how it ended, for `resolved`, where nothing went back to what it was; null: the usual. */
  readonly detail: string | null;
}

/** The sentence of a step: `message` of its event. At most 256 characters, one full stop, no score in an opening. */
export function stepMessage(anomaly: Anomaly, words: StepWords): string {
  return sentence(phrase(anomaly, words));
}

/** The sentence of its opening. */
export function openingMessage(anomaly: Anomaly): string {
  return stepMessage(anomaly, { transition: "opened", at: anomaly.firstSeen, previousScore: null, detail: null });
}

/** `Open port 4444/tcp on app07 (10.20.30.41)`: for lists and operator messages. */
function whatText(anomaly: Anomaly): string {
  return CATALOGUE[anomaly.kind].message.what(told(anomaly));
}

function phrase(a: Anomaly, { transition, at, previousScore, detail }: StepWords): string {
  const what = whatText(a);
  const score =
    previousScore === null || previousScore === a.score.value ? "" : `, score ${previousScore} to ${a.score.value}`;
  switch (transition) {
    case "opened":
      return `${CATALOGUE[a.kind].message.opened(told(a))}${excuseText(a)}`;
    case "escalated":
      return `${what} is now ${a.score.band}${score}`;
    case "updated":
      return `${what} ${detail ?? "changed its weight"}${score}`;
    case "resolved":
      if (a.closed?.reason === "superseded") return `${what} was superseded by another change of the same thing`;
      return detail !== null
        ? `${what} ${detail} after ${formatDuration(Math.max(0, at - a.firstSeen))}`
        : `${CATALOGUE[a.kind].message.over(told(a))} after ${formatDuration(Math.max(0, at - a.firstSeen))}`;
    case "accepted":
      return `${what} was accepted by ${clip(a.closed?.by ?? "an operator")}`;
    case "muted":
      return `${what} is muted${typeof a.mute?.until !== "number" ? "" : ` until ${dayText(a.mute.until)}`}`;
    case "unmuted":
      return `${what} is no longer muted`;
    case "closed":
      return `${what} was closed as real by ${clip(a.closed?.by ?? "an operator")}`;
    case "reopened":
      return `${what} was reopened`;
    case "aged":
      return `${what} is normal now`;
  }
}

function excuseText({ excuse }: Anomaly): string {
  if (excuse === undefined) return "";
  return excuse.kind === "change" ? `, announced with ${clip(excuse.ticket)}` : ", in a maintenance window";
}

/** The part of an anomaly that its sentences are made of. */
function told({ group, ...anomaly }: Anomaly): Told {
  if (group === null) return { ...anomaly, group };
  const { kind, members } = group;
  const hosts = [...new Map(members.map((member) => [member.hostId, member.name ?? member.ip])).values()];
  const { names } = CATALOGUE[kind].rollout ?? { names: "values" };
  const list = hosts.slice(0, MOST_NAMED);
  return { ...anomaly, group: { kind, members: members.length, hosts: hosts.length, list, names } };
}
