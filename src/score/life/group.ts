import { type Anomaly, type AnomalyGroup, GROUP_WINDOW_MS } from "../../domain/anomaly.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { stableId } from "../../lib/hash.ts";
import type { ScoringRules } from "../weigh/rules.ts";
import { anomalyId, type Candidate, single } from "./candidate.ts";
import { type Common, commonOf, exactKey, isSameCommon, wideKey } from "./group-key.ts";
import { rollout, type Team } from "./rollout.ts";

export interface GroupInput {
  readonly segment: string;
  /** End of the cycle, UTC ms. */
  readonly at: number;
  readonly deviations: readonly Deviation[];
  /** Stored anomalies that are open or muted. */
  readonly live: readonly Anomaly[];
  /** Hosts of the segment that are up in the baseline. */
  readonly hosts: number;
  readonly rules: ScoringRules;
}

/**
 * The same change on several hosts within three days becomes one rollout: also with those that were told alone before
 * it was known that others follow. Who belongs to an open group stays in it. Another kind, place, product or value is
 * never taken in, and nobody joins a group that is older than its window.
 */
export function groupDeviations(input: GroupInput): readonly Candidate[] {
  const desk = deskOf(input);
  const taken = formerTeams(desk);
  const free = () => input.deviations.filter((d) => !taken.has(d) && mayGroup(d, desk));
  for (const same of bucket(free(), exactKey)) assign(same, { desk, taken, minimum: input.rules.group.hosts });
  const share = Math.floor(input.hosts * input.rules.group.segment_share) + 1;
  const minimum = Math.max(input.rules.group.hosts, share);
  for (const alike of bucket(free(), wideKey)) if (hostsOf(alike) >= minimum) assign(alike, { desk, taken, minimum });
  const singles = input.deviations.filter((d) => !taken.has(d)).map((d) => single(input.segment, d));
  return [
    ...singles,
    ...Map.groupBy(taken.keys(), (d) => taken.get(d))
      .entries()
      .flatMap(rolloutOf(input.segment)),
  ];
}

interface Desk {
  readonly input: GroupInput;
  readonly idOf: (d: Deviation) => string;
  /** By the id of their anomaly. */
  readonly singles: ReadonlyMap<string, Anomaly>;
  readonly teams: readonly Team[];
}

type Taken = Map<Deviation, Team>;

function deskOf(input: GroupInput): Desk {
  const singles = input.live.filter((a) => a.group === null).map((a) => [a.id, a] as const);
  const teams = input.live.flatMap(({ id, group, firstSeen }) =>
    group === null ? [] : [{ id, group: { ...group, since: group.since ?? firstSeen } }],
  );
  return { input, idOf: (d) => anomalyId(input.segment, d), singles: new Map(singles), teams };
}

function formerTeams({ input, idOf, teams }: Desk): Taken {
  const members = teams.flatMap((team) =>
    team.group.members.filter((m) => m.over === undefined).map((m) => [m.anomalyId, team] as const),
  );
  const byMember = new Map(members);
  const found = input.deviations.flatMap((d): [Deviation, Team][] => {
    const team = byMember.get(idOf(d));
    return team === undefined ? [] : [[d, team]];
  });
  return new Map(found);
}

/** A finding keeps its own file and line, so kinds of declarations stay single; so does who is alone for long, or muted. */
function mayGroup(d: Deviation, { input, idOf, singles }: Desk): boolean {
  if (d.host === null || CATALOGUE[d.kind].rollout === null) return false;
  const alone = singles.get(idOf(d));
  return alone === undefined || (alone.state === "open" && input.at - alone.firstSeen <= GROUP_WINDOW_MS);
}

function assign(
  alike: readonly Deviation[],
  { desk, taken, minimum }: { readonly desk: Desk; readonly taken: Taken; readonly minimum: number },
): void {
  const shared = commonOf(alike);
  const open = desk.teams.find(({ group }) => isSameCommon(group, shared) && isFresh(group, desk.input.at));
  if (open === undefined && hostsOf(alike) < minimum) return;
  const team = open ?? newTeam(alike, shared, desk);
  for (const deviation of alike) taken.set(deviation, team);
}

function isFresh({ since = 0 }: AnomalyGroup, at: number): boolean {
  return at - since <= GROUP_WINDOW_MS;
}

/** The same change after the window of an open group is another one, and gets an id of its own. */
function newTeam(alike: readonly Deviation[], shared: Common, { input, idOf, singles, teams }: Desk): Team {
  const since = Math.min(...alike.map((d) => singles.get(idOf(d))?.firstSeen ?? d.observedAt));
  const again = teams.some(({ group }) => isSameCommon(group, shared));
  const parts = [input.segment, "group", shared.kind, shared.subject, shared.from ?? "", shared.to ?? ""];
  const id = stableId(...parts, ...(again ? [String(since)] : []));
  return { id: again ? stableId(id, "anomaly") : null, group: { id, ...shared, members: [], since } };
}

function rolloutOf(segment: string) {
  return ([team, members]: [Team | undefined, Deviation[]]): Candidate[] =>
    team === undefined ? [] : [rollout(segment, team, members)];
}

function hostsOf(deviations: readonly Deviation[]): number {
  return new Set(deviations.map((d) => d.host?.id)).size;
}

function bucket(
  deviations: readonly Deviation[],
  keyOf: (d: Deviation) => string | null,
): Iterable<readonly Deviation[]> {
  const keyed = deviations.filter((d) => keyOf(d) !== null);
  return Map.groupBy(keyed, keyOf).values();
}
