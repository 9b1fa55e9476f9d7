import { type Anomaly, bandOf, type GroupMember, isLive, type ToldMember } from "./anomaly.ts";
import { parsePortKey } from "./network.ts";

/** A member with events of its own as an anomaly; what was not kept of it is as its group says it. */
export function toldAnomaly({ over, score, ...own }: ToldMember, group: Anomaly): Anomaly {
  return {
    ...bareOf(group),
    ...own,
    state: over === undefined ? "open" : "resolved",
    score: { ...group.score, value: score, band: bandOf(score) },
  };
}

/** Everything that an anomaly stands for, each as it would be alone; empty for what stands for itself. */
export function membersOf(anomaly: Anomaly): readonly Anomaly[] {
  const told = new Map((anomaly.told ?? []).map((one) => [one.id, one]));
  const now = (member: Anomaly): Anomaly => (member.state === "open" ? { ...member, ...lastOf(anomaly) } : member);
  if (anomaly.group === null) return [...told.values()].map((one) => now(toldAnomaly(one, anomaly)));
  return anomaly.group.members.map((member) => {
    const known = told.get(member.anomalyId);
    const own = known === undefined ? untold(member, anomaly) : toldAnomaly(known, anomaly);
    return now(member.over === undefined ? own : { ...own, state: "resolved" });
  });
}

function lastOf({ state, closed, mute }: Anomaly): Pick<Anomaly, "state" | "closed" | "mute"> {
  return { state, closed, mute };
}

function untold(member: GroupMember, anomaly: Anomaly): Anomaly {
  const { kind, from, to, subject } = anomaly.group ?? anomaly;
  const { hostId: id, ip: address, name } = member;
  return {
    ...bareOf(anomaly),
    id: member.anomalyId,
    kind,
    host: { id, address, name, mac: null, osFamily: null, tags: [] },
    port: parsePortKey(member.subject ?? "") ?? anomaly.port,
    subject: member.subject ?? subject,
    from: member.from === undefined ? from : member.from,
    to: member.to === undefined ? to : member.to,
    state: "open",
  };
}

/** What a member shares with its group. */
function bareOf({ told: _told, acknowledged: _by, verdict: _is, investigation: _found, ...group }: Anomaly): Anomaly {
  const { open_count: _count, open_ports: _ports, asked_count: _asked, ...after } = group.after;
  return { ...group, after, group: null, supersedes: [] };
}

/** A member and the anomaly that stands for it. */
export interface Membership {
  readonly member: Anomaly;
  readonly group: Anomaly;
}

/** The memberships of those whose id begins so: of each member the one that tells of it now, else the last one. */
export function membershipsOf(anomalies: readonly Anomaly[], prefix: string): readonly Membership[] {
  const found = anomalies.flatMap((group) =>
    membersOf(group).flatMap((member) => (member.id.startsWith(prefix) ? [{ member, group }] : [])),
  );
  const best = new Map<string, Membership>();
  for (const one of found) {
    const other = best.get(one.member.id);
    if (other === undefined || isCloser(one, other)) best.set(one.member.id, one);
  }
  return [...best.values()];
}

function isCloser(a: Membership, b: Membership): boolean {
  const rank = ({ member, group }: Membership) => Number(isLive(group)) + Number(isLive(member));
  return rank(a) - rank(b) > 0 || (rank(a) === rank(b) && a.group.lastSeen > b.group.lastSeen);
}
