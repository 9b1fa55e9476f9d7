import { type Anomaly, type AnomalyStep, isLive, type ToldMember } from "../../domain/anomaly.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { toldAnomaly } from "../../domain/members.ts";
import { portKey } from "../../domain/network.ts";
import { portsOfList } from "../../domain/port-list.ts";
import { memberReason, overReason, partText } from "../words/member.ts";
import { anomalyId, type Candidate } from "./candidate.ts";
import { onePerEndpoint } from "./endpoint.ts";
import { asMember, follow, FOLLOWED, MOST_AT_ONCE, MOST_PER_GROUP, withCount } from "./followers.ts";
import type { Sighted } from "./sighting.ts";
import { makeStep } from "./step.ts";
import { isActive, toldNow, withTold } from "./told.ts";
import { settleUnseen } from "./unseen.ts";

/** What a cycle made of one anomaly; the candidate is null where nothing of it was seen. */
export interface Gathered {
  readonly sighted: Sighted;
  readonly candidate: Candidate | null;
}

export interface MembersInput {
  readonly context: CycleContext;
  readonly baseline: SegmentBaseline;
  /** What was in effect before this cycle. */
  readonly open: readonly Anomaly[];
  /** The anomaly of this id that was told alone, in effect or over. */
  readonly former: (id: string) => Anomaly | null;
  /** What a member would be alone; `former`: as what it was told until now. */
  readonly alone: (deviation: Deviation, former: Anomaly | null) => Anomaly;
}

interface Unit extends Gathered {
  /** What was seen of its members in this cycle. */
  readonly parts: readonly Deviation[];
}

export interface WithMembers {
  readonly sighted: readonly Sighted[];
  readonly members: readonly AnomalyStep[];
}

interface Desk extends MembersInput {
  readonly idOf: (d: Deviation) => string;
  readonly rows: ReadonlyMap<string, Anomaly>;
  /** Id of a member → id of the anomaly in effect that tells of it now; of what is told alone, its own. */
  readonly home: ReadonlyMap<string, string>;
  /** As what a member was told until now, alone or by any anomaly. */
  readonly told: (id: string) => Anomaly | null;
}

/**
 * Events of their own for those that one anomaly stands for: whoever joins, whoever is normal again, and everybody when the
 * whole ends. None of them is an alert. Anomalies come back with what was told of their members, in the same order.
 */
export function withMemberSteps(all: readonly Gathered[], input: MembersInput): WithMembers {
  const units = all.map((one) => ({ ...one, parts: partsOf(one.candidate) }));
  const desk = deskOf(units, input);
  const members: AnomalyStep[] = [];
  const sighted = units.map((one) => {
    const done = stepsOf(one, desk, Math.min(MOST_PER_GROUP, MOST_AT_ONCE - members.length));
    members.push(...done.members);
    return done.sighted;
  });
  return { sighted, members };
}

function deskOf(all: readonly Unit[], input: MembersInput): Desk {
  const { segment } = input.context.vantage;
  const idOf = (d: Deviation) => anomalyId(segment, d);
  const live = all.filter(({ sighted }) => isLive(sighted.anomaly));
  const before = input.open.flatMap((group) =>
    (group.told ?? []).map((one) => [one.id, toldAnomaly(one, group)] as const),
  );
  const told = new Map(before);
  return {
    ...input,
    idOf,
    rows: new Map(input.open.map((a) => [a.id, a])),
    home: new Map([
      ...live.flatMap(({ sighted: { anomaly } }) => lastingOf(anomaly).map((id) => [id, anomaly.id] as const)),
      ...live.flatMap((one) => seenOf(one).map((d) => [idOf(d), one.sighted.anomaly.id] as const)),
    ]),
    told: (id) => told.get(id) ?? input.former(id),
  };
}

/** Members of a group that are not normal again; of ports that opened together, those that were told. */
function lastingOf({ id, group, told }: Anomaly): readonly string[] {
  if (group === null) return [id, ...(told ?? []).filter(isActive).map((one) => one.id)];
  return group.members.filter((member) => member.over === undefined).map((member) => member.anomalyId);
}

/** What was seen of it in this cycle, one by one; a single anomaly itself. */
function seenOf({ candidate, parts }: Unit): readonly Deviation[] {
  return candidate === null || candidate.group !== null ? parts : [candidate.deviation, ...parts];
}

function partsOf(candidate: Candidate | null): readonly Deviation[] {
  if (candidate === null) return [];
  const { group, members, deviation } = candidate;
  return group === null ? onePerEndpoint(deviation.members ?? []) : members;
}

function stepsOf({ sighted, parts }: Unit, desk: Desk, room: number): Done {
  const told = (sighted.anomaly.told ?? []).filter((member) => {
    const at = desk.home.get(member.id);
    // Told by another anomaly from now on.
    return at === undefined || at === sighted.anomaly.id;
  });
  if (told.length + parts.length === 0) return { sighted: withTold(sighted, told), members: [] };
  return isLive(sighted.anomaly)
    ? changesOf({ sighted, told, parts }, desk, room)
    : endOf({ sighted, told, parts }, room);
}

interface Gathering {
  readonly sighted: Sighted;
  readonly told: readonly ToldMember[];
  readonly parts: readonly Deviation[];
}

interface Done {
  readonly sighted: Sighted;
  readonly members: readonly AnomalyStep[];
}

/** The whole is over, or somebody accepted it: so is each of its members. */
function endOf({ sighted, told }: Gathering, room: number): Done {
  const step = sighted.steps.at(-1);
  if (step === undefined || !FOLLOWED.has(step.transition)) return { sighted, members: [] };
  const all = told.filter(isActive);
  const members = all.slice(0, room).map((one) => follow(one, step));
  // An accept can be taken back.
  const kept = step.transition === "accepted" ? told : [];
  return { sighted: counted(withTold(sighted, kept), members.length, all.length - members.length), members };
}

function changesOf({ sighted, told, parts }: Gathering, desk: Desk, room: number): Done {
  const { anomaly, steps } = sighted;
  const last = steps.at(-1);
  const row = desk.rows.get(anomaly.id) ?? null;
  const before = row !== null && isLive(row) ? row : null;
  const again = before !== null && last?.transition === "opened";
  const isKnown = again ? () => false : knownTo(before, told, desk);
  const joining = parts.filter((d) => !isKnown(d));
  const joined = joining.slice(0, room).map((d) => join(d, { group: anomaly, again, desk }));
  const active = told.filter(isActive);
  const lost = active.filter((one) => !desk.home.has(one.id)).slice(0, room - joined.length);
  const isFollowed = !again && last !== undefined && FOLLOWED.has(last.transition);
  const still = isFollowed ? active.filter((one) => desk.home.has(one.id)) : [];
  const members = [
    ...joined,
    ...lost.map((one) => end(one, anomaly, desk)),
    ...still.flatMap((one) => (last === undefined ? [] : follow(one, last))),
  ].slice(0, room);
  const seen = new Set(parts.map(desk.idOf));
  const next = toldNow(told, { joined, lost: new Set(lost), seen, at: desk.context.endedAt });
  const leftOut = joining.length + still.length - (members.length - lost.length);
  return { sighted: counted(withTold(sighted, next), members.length, leftOut), members };
}

/** Whether it was a member before this cycle, told or not. */
function knownTo(before: Anomaly | null, told: readonly ToldMember[], desk: Desk): (d: Deviation) => boolean {
  const ids = new Set([...told.filter(isActive).map((one) => one.id), ...(before === null ? [] : lastingOf(before))]);
  const ports = new Set(portsOfList(before?.after.open_ports ?? "").map(portKey));
  return (d) => ids.has(desk.idOf(d)) || (before?.group === null && d.port !== null && ports.has(portKey(d.port)));
}

interface Joining {
  readonly group: Anomaly;
  /** The whole is reported once more. */
  readonly again: boolean;
  readonly desk: Desk;
}

/** Who was told alone, or by another anomaly, keeps its id and its past. */
function join(deviation: Deviation, { group, again, desk }: Joining): AnomalyStep {
  const former = desk.told(desk.idOf(deviation));
  const going = former !== null && isLive(former) ? former : null;
  const bare = desk.alone(deviation, going);
  const member: Anomaly = {
    ...bare,
    ...(group.state === "muted" ? { state: "muted", mute: group.mute } : {}),
    ...(going === null ? {} : { count: going.count + 1, firstSeen: going.firstSeen }),
    episode: (former?.episode ?? 0) + (going === null || again ? 1 : 0),
  };
  const reason = memberReason(member, group);
  const step =
    going === null || again
      ? makeStep(member, { transition: "opened", at: deviation.observedAt, previousScore: null, reason })
      : makeStep(member, {
          transition: "updated",
          at: desk.context.endedAt,
          previousScore: going.score.value,
          detail: partText(group),
          reason,
        });
  return asMember(step, group.id);
}

/** It is normal again, or known no more, while others are not. */
function end(one: ToldMember, group: Anomaly, { context, baseline }: Desk): AnomalyStep {
  const gone = { standing: () => "gone" as const, degraded: false, successor: null };
  const step = settleUnseen(toldAnomaly(one, group), { context, baseline, ...gone })?.steps[0];
  if (step === undefined) throw new Error("what is gone is closed");
  return asMember({ ...step, reason: overReason(step, group) }, group.id);
}

function counted({ anomaly, steps }: Sighted, told: number, leftOut: number): Sighted {
  const last = steps.at(-1);
  if (last === undefined) return { anomaly, steps };
  return { anomaly, steps: [...steps.slice(0, -1), withCount(last, told, leftOut)] };
}
