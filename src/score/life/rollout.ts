import type { AnomalyGroup, GroupMember } from "../../domain/anomaly.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { portKey } from "../../domain/network.ts";
import { anomalyId, type Candidate } from "./candidate.ts";
import { common } from "./group-key.ts";
import type { Team } from "./team.ts";

/** One anomaly for all members of a group that were found in this cycle. */
export function rollout(segment: string, team: Team, members: readonly Deviation[]): Candidate {
  const known = new Set(team.group.members.filter((m) => m.over === undefined).map((m) => m.anomalyId));
  const joined = members.filter((d) => !known.has(anomalyId(segment, d)));
  const group = { ...team.group, members: withMembers(segment, team.group, joined) };
  const deviation = standingFor({ ...team, group }, members);
  return { id: team.id, deviation, group, members, joined, replaces: team.replaces, telling: false };
}

/** Whoever comes back is a member as before. */
function withMembers(segment: string, group: AnomalyGroup, joined: readonly Deviation[]): readonly GroupMember[] {
  const { members: before } = group;
  const fresh = joined.flatMap((d): GroupMember[] => {
    if (d.host === null) return [];
    const { id, address, name } = d.host;
    const own = { ...(d.from === group.from ? {} : { from: d.from }), ...(d.to === group.to ? {} : { to: d.to }) };
    return [{ hostId: id, ip: address, name, anomalyId: anomalyId(segment, d), subject: d.subject, ...own }];
  });
  const again = new Map(fresh.map((m) => [m.anomalyId, m]));
  const known = new Set(before.map((m) => m.anomalyId));
  return [...before.map((m) => again.get(m.anomalyId) ?? m), ...fresh.filter((m) => !known.has(m.anomalyId))];
}

function standingFor({ kind, group, hostId }: Team, members: readonly Deviation[]): Deviation {
  const [first] = members;
  if (first === undefined) throw new Error("a rollout needs a member");
  const port = common(members, (d) => (d.port === null ? null : portKey(d.port))) === null ? null : first.port;
  const { excuse, noted: _, fresh: __, ...alike } = first;
  return {
    ...alike,
    // What somebody announced for some of them says nothing about the others.
    ...(excuse !== undefined && members.every((d) => d.excuse !== undefined) ? { excuse } : {}),
    kind,
    detector: { id: kind, version: "1.1.0" },
    host: hostId === null ? null : first.host,
    port,
    subject: group.subject,
    target: `${group.from ?? "*"} -> ${group.to ?? "*"}`,
    from: group.from,
    to: group.to,
    before: commonFacts(members.map((d) => d.before)),
    after: commonFacts(members.map((d) => d.after)),
    confirmed: members.every((d) => d.confirmed),
    observedAt: Math.max(...members.map((d) => d.observedAt)),
    declared: null,
    reasons: [...new Set<Deviation["reasons"][number]>(["rollout", ...first.reasons])].slice(0, 12),
    informational: members.every((d) => d.informational),
    closedSegment: members.some((d) => d.closedSegment),
    members: [],
  };
}

/** Only what is equal on every member may be reported of all of them. */
function commonFacts(all: readonly Facts[]): Facts {
  const [first = {}, ...others] = all;
  const equal = Object.entries(first).filter(([leaf, value]) =>
    others.every((facts) => Object.entries(facts).some(([l, v]) => l === leaf && v === value)),
  );
  return Object.fromEntries(equal);
}
