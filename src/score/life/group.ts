import { type Anomaly, GROUP_WINDOW_MS } from "../../domain/anomaly.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import type { PastAnomalies } from "../../domain/past-anomalies.ts";
import { type HostRole, hostRole } from "../../domain/role.ts";
import type { ScoringRules } from "../weigh/rules.ts";
import { type Candidate, single } from "./candidate.ts";
import { groupExchanges } from "./exchange.ts";
import { commonOf, exactKey, type RoleOf, wideKey } from "./group-key.ts";
import { groupByHost } from "./host-burst.ts";
import { rollout } from "./rollout.ts";
import { groupSpreads, isNovelSpread } from "./spread.ts";
import { bucket, type Desk, deskOf, hostsOf, newTeam, openTeam } from "./team.ts";

export interface GroupInput {
  readonly context: CycleContext;
  readonly deviations: readonly Deviation[];
  /** What is in effect in the segment. */
  readonly stored: readonly Anomaly[];
  readonly past: PastAnomalies;
  /** Of what is stored, those that are open or muted. */
  readonly live: readonly Anomaly[];
  readonly baseline: SegmentBaseline;
  readonly rules: ScoringRules;
  /** The scan is in doubt: what only several hosts together say waits for one that is believed. */
  readonly doubtful: boolean;
}

/**
 * The same change on several hosts within three days becomes one rollout: also with those that were told alone before
 * it was known that others follow. Who belongs to an open group stays in it. Another kind, place, product, value or role
 * is never taken in, and nobody joins a group that is older than its window.
 */
export function groupDeviations(input: GroupInput): readonly Candidate[] {
  const { context, deviations, baseline, rules } = input;
  const { segment } = context.vantage;
  const desk = deskOf(segment, context.endedAt, holdingGroups(input));
  const roleOf = rolesOf(input);
  keepFormer(desk, deviations);
  const free = () => deviations.filter((d) => !desk.taken.has(d) && mayGroup(d, desk));
  const minimum = Math.max(rules.group.hosts, Math.floor(upHosts(baseline) * rules.group.segment_share) + 1);
  groupExchanges(desk, free(), minimum);
  groupByHost(desk, free());
  const exact = () => bucket(free(), (d) => exactKey(d, roleOf));
  for (const same of exact()) assign(desk, same, { roleOf, minimum: Number.POSITIVE_INFINITY });
  groupSpreads(desk, deviations, { stored: input.stored, past: input.past, minimum: rules.group.hosts });
  for (const same of exact()) assign(desk, same, { roleOf, minimum: rules.group.hosts });
  for (const alike of bucket(free(), (d) => wideKey(d, roleOf))) {
    if (hostsOf(alike) >= minimum) assign(desk, alike, { roleOf, minimum });
  }
  const singles = deviations.filter((d) => !desk.taken.has(d)).map((d) => single(segment, d));
  const teams = Map.groupBy(desk.taken.keys(), (d) => desk.taken.get(d));
  return [
    ...singles,
    ...[...teams].flatMap(([team, members]) =>
      team === undefined ? [] : [told(rollout(segment, team, members), input)],
    ),
  ];
}

function told(candidate: Candidate, { baseline, doubtful }: GroupInput): Candidate {
  return { ...candidate, telling: !doubtful && isNovelSpread(candidate, baseline) };
}

/** An accepted group of findings keeps them: what they say stays so. */
function holdingGroups({ stored, live }: GroupInput): readonly Anomaly[] {
  const accepted = stored.filter(
    (a) => a.state === "accepted" && a.group !== null && CATALOGUE[a.group.kind].declaration === "source",
  );
  return [...live, ...accepted];
}

function keepFormer({ teams, taken, idOf }: Desk, deviations: readonly Deviation[]): void {
  const byMember = new Map(
    teams.flatMap((team) =>
      team.group.members.filter((m) => m.over === undefined).map((m) => [m.anomalyId, team] as const),
    ),
  );
  for (const deviation of deviations) {
    const team = byMember.get(idOf(deviation));
    if (team !== undefined) taken.set(deviation, team);
  }
}

/** A finding keeps its own file and line, so kinds of declarations stay single; so does who is alone for long, or muted. */
function mayGroup(d: Deviation, { at, idOf, singles }: Desk): boolean {
  if (d.host === null || CATALOGUE[d.kind].rollout === null) return false;
  // An announced change is reported by host: its ticket explains these hosts and no others.
  if (d.excuse?.kind === "change") return false;
  const alone = singles.get(idOf(d));
  return alone === undefined || (alone.state === "open" && at - alone.firstSeen <= GROUP_WINDOW_MS);
}

function assign(
  desk: Desk,
  alike: readonly Deviation[],
  { roleOf, minimum }: { readonly roleOf: RoleOf; readonly minimum: number },
): void {
  const shared = commonOf(alike, roleOf);
  const open = openTeam(desk, shared);
  if (open === undefined && hostsOf(alike) < minimum) return;
  const team = open ?? newTeam(desk, alike, { kind: "rollout", shared });
  for (const deviation of alike) desk.taken.set(deviation, team);
}

/** A server that is lost is not one of the workstations that were switched off. */
function rolesOf({ baseline, context }: GroupInput): RoleOf {
  const known = new Map<string, HostRole>();
  return ({ host }) => {
    const memory = baseline.hosts.get(host?.id ?? "");
    if (memory === undefined) return undefined;
    const role = known.get(memory.id) ?? hostRole(memory, context.roles);
    known.set(memory.id, role);
    return role === "unknown" ? undefined : role;
  };
}

function upHosts({ hosts }: SegmentBaseline): number {
  return [...hosts.values()].filter((host) => host.current === "up").length;
}
