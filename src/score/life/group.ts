import type { Anomaly, AnomalyGroup, GroupMember } from "../../domain/anomaly.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { portText } from "../../domain/network.ts";
import { stableId } from "../../lib/hash.ts";
import type { ScoringRules } from "../weigh/rules.ts";

/** What becomes (or already is) one anomaly: one deviation, or one `rollout` that stands for several hosts. */
export interface Candidate {
  readonly id: string;
  readonly deviation: Deviation;
  readonly group: AnomalyGroup | null;
  /** The deviations of this cycle behind it; for a single one just itself. */
  readonly members: readonly Deviation[];
}

export interface GroupInput {
  readonly segment: string;
  readonly deviations: readonly Deviation[];
  /** Stored anomalies that are open or muted. */
  readonly live: readonly Anomaly[];
  /** Hosts of the segment that are up in the baseline. */
  readonly hosts: number;
  readonly rules: ScoringRules;
}

/** `tripline.anomaly.id`: never made from anything that can change while the anomaly lives. */
function anomalyId(segment: string, deviation: Deviation): string {
  return stableId(segment, deviation.host?.id ?? "", deviation.kind, deviation.subject, deviation.target);
}

/**
 * The same change on several hosts becomes one rollout. Who is already open alone stays alone, and who belongs to an
 * open group stays in it, so that an anomaly never changes its shape while somebody works on it.
 */
export function groupDeviations(input: GroupInput): readonly Candidate[] {
  const alone = new Set(input.live.filter((a) => a.group === null).map((a) => a.id));
  const free = input.deviations.filter((d) => mayGroup(d) && !alone.has(anomalyId(input.segment, d)));
  const taken = new Map<Deviation, AnomalyGroup>();
  const groups = openGroups(input.live);
  for (const same of bucket(free, exactKey).values())
    assign(same, { input, groups, taken, minimum: input.rules.group.hosts });
  const rest = free.filter((d) => !taken.has(d));
  const minimum = Math.max(input.rules.group.hosts, Math.floor(input.hosts * input.rules.group.segment_share) + 1);
  for (const alike of bucket(rest, wideKey).values()) assign(alike, { input, groups, taken, minimum });
  const singles = input.deviations.filter((d) => !taken.has(d)).map((d) => single(input.segment, d));
  return [...singles, ...rollouts(taken, input)];
}

interface OpenGroups {
  readonly byId: ReadonlyMap<string, AnomalyGroup>;
  /** Id that a member would have alone → its group. */
  readonly byMember: ReadonlyMap<string, AnomalyGroup>;
}

interface Assignment {
  readonly input: GroupInput;
  readonly groups: OpenGroups;
  readonly taken: Map<Deviation, AnomalyGroup>;
  readonly minimum: number;
}

function openGroups(live: readonly Anomaly[]): OpenGroups {
  const all = live.flatMap((a) => (a.group === null ? [] : [a.group]));
  return {
    byId: new Map(all.map((g) => [g.id, g])),
    byMember: new Map(all.flatMap((g) => g.members.map((m) => [m.anomalyId, g]))),
  };
}

function assign(alike: readonly Deviation[], { input, groups, taken, minimum }: Assignment): void {
  const made = describe(alike, input.segment);
  const enough = new Set(alike.map((d) => d.host?.id)).size >= minimum;
  for (const deviation of alike) {
    const former = groups.byMember.get(anomalyId(input.segment, deviation)) ?? groups.byId.get(made.id);
    if (former !== undefined) taken.set(deviation, former);
    else if (enough) taken.set(deviation, made);
  }
}

/** A finding keeps its own file and line, so kinds of declarations stay single. */
function mayGroup(deviation: Deviation): boolean {
  return deviation.host !== null && CATALOGUE[deviation.kind].rollout !== null;
}

/** Null: every unknown host is a separate lead, and a move or another machine has its own values. */
function exactKey(d: Deviation): string | null {
  if (CATALOGUE[d.kind].rollout?.byValue !== true || (d.from === null && d.to === null)) return null;
  return JSON.stringify([subjectOf(d), d.from, d.to]);
}

function wideKey(d: Deviation): string {
  return JSON.stringify([d.kind, d.port === null ? d.subject : portText(d.port)]);
}

function bucket(
  deviations: readonly Deviation[],
  keyOf: (d: Deviation) => string | null,
): ReadonlyMap<string, readonly Deviation[]> {
  const buckets = new Map<string, Deviation[]>();
  for (const deviation of deviations) {
    const key = keyOf(deviation);
    if (key === null) continue;
    const same = buckets.get(key);
    if (same === undefined) buckets.set(key, [deviation]);
    else same.push(deviation);
  }
  return buckets;
}

/** `version-changed 22/tcp openssh`: what the members have in common, as the subject of their rollout. */
function subjectOf(d: Deviation): string {
  const product = d.after.product ?? d.before.product;
  const parts = [
    d.kind,
    d.port === null ? d.subject : portText(d.port),
    d.port === null ? null : (product?.toLowerCase() ?? null),
  ];
  return parts.filter((part) => part !== null).join(" ");
}

function describe(alike: readonly Deviation[], segment: string): AnomalyGroup {
  const from = common(alike, (d) => d.from);
  const to = common(alike, (d) => d.to);
  const kind = alike[0]?.kind ?? "rollout";
  const subject =
    common(alike, subjectOf) ??
    `${kind} ${common(alike, (d) => (d.port === null ? d.subject : portText(d.port))) ?? ""}`;
  const id = stableId(segment, "group", kind, subject, from ?? "", to ?? "");
  return { id, kind, from, to, members: [], subject };
}

function common<T>(alike: readonly Deviation[], valueOf: (d: Deviation) => T): T | null {
  const values = new Set(alike.map(valueOf));
  const [only] = values;
  return values.size === 1 && only !== undefined ? only : null;
}

function single(segment: string, deviation: Deviation): Candidate {
  return { id: anomalyId(segment, deviation), deviation, group: null, members: [deviation] };
}

function rollouts(taken: ReadonlyMap<Deviation, AnomalyGroup>, input: GroupInput): readonly Candidate[] {
  const byGroup = new Map<string, { group: AnomalyGroup; members: Deviation[] }>();
  for (const [deviation, group] of taken) {
    const entry = byGroup.get(group.id) ?? { group, members: [] };
    entry.members.push(deviation);
    byGroup.set(group.id, entry);
  }
  return [...byGroup.values()].map(({ group, members }) =>
    rollout(withMembers(group, members, input.segment), members, input.segment),
  );
}

function withMembers(group: AnomalyGroup, found: readonly Deviation[], segment: string): AnomalyGroup {
  const known = new Set(group.members.map((m) => m.hostId));
  const joined = found.flatMap((d): GroupMember[] => {
    if (d.host === null || known.has(d.host.id)) return [];
    return [{ hostId: d.host.id, ip: d.host.address, name: d.host.name, anomalyId: anomalyId(segment, d) }];
  });
  return { ...group, members: [...group.members, ...joined] };
}

function rollout(group: AnomalyGroup, members: readonly Deviation[], segment: string): Candidate {
  const [first] = members;
  if (first === undefined) throw new Error("a rollout needs a member");
  const deviation: Deviation = {
    ...first,
    kind: "rollout",
    detector: { id: "rollout", version: "1.0.0" },
    host: null,
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
  return { id: anomalyId(segment, deviation), deviation, group, members };
}

/** Only what is equal on every member may be reported of all of them. */
function commonFacts(all: readonly Facts[]): Facts {
  const [first = {}, ...others] = all;
  const equal = Object.entries(first).filter(([leaf, value]) =>
    others.every((facts) => Object.entries(facts).some(([l, v]) => l === leaf && v === value)),
  );
  return Object.fromEntries(equal);
}
