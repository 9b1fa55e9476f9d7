import { type Anomaly, type AnomalyGroup, GROUP_WINDOW_MS } from "../../domain/anomaly.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { AnomalyKind } from "../../domain/kinds/catalogue.ts";
import { stableId } from "../../lib/hash.ts";
import { anomalyId } from "./candidate.ts";
import { type Common, isSameCommon } from "./group-key.ts";

/** A group as it is stored or about to be. */
export interface Team {
  /** What its anomaly is. */
  readonly kind: AnomalyKind;
  readonly group: AnomalyGroup;
  /** Id of its anomaly. */
  readonly id: string;
  /** Of a group of ports: their host. */
  readonly hostId: string | null;
  /** Of a stored one: when somebody was seen in it last, UTC ms. */
  readonly lastSeen: number;
  /** Ids of the anomalies of groups that it takes over. */
  readonly replaces: readonly string[];
}

/** What is needed to put deviations into groups. */
export interface Desk {
  readonly segment: string;
  /** End of the cycle, UTC ms. */
  readonly at: number;
  readonly idOf: (d: Deviation) => string;
  /** Open and muted anomalies that are told alone, by id. */
  readonly singles: ReadonlyMap<string, Anomaly>;
  readonly teams: readonly Team[];
  readonly taken: Map<Deviation, Team>;
}

export function deskOf(segment: string, at: number, live: readonly Anomaly[]): Desk {
  const singles = live.filter((a) => a.group === null).map((a) => [a.id, a] as const);
  const teams = live.flatMap(teamOf);
  return { segment, at, idOf: (d) => anomalyId(segment, d), singles: new Map(singles), teams, taken: new Map() };
}

function teamOf({ kind, id, group, host, firstSeen, lastSeen }: Anomaly): readonly Team[] {
  if (group === null) return [];
  return [
    {
      kind,
      id,
      hostId: host?.id ?? null,
      lastSeen,
      replaces: [],
      group: { ...group, since: group.since ?? firstSeen },
    },
  ];
}

/** The open group for which these deviations are news of the same kind; nobody joins after its window. */
export function openTeam(desk: Desk, shared: Common, hostId: string | null = null): Team | undefined {
  return desk.teams.find((team) => {
    const fresh = desk.at - (team.group.since ?? 0) <= GROUP_WINDOW_MS;
    return fresh && team.hostId === hostId && isSameCommon(team.group, shared);
  });
}

/** The same change after the window of an open group is another one, and gets an id of its own. */
export function newTeam(
  desk: Desk,
  alike: readonly Deviation[],
  {
    kind,
    shared,
    hostId = null,
  }: { readonly kind: Team["kind"]; readonly shared: Common; readonly hostId?: string | null },
): Team {
  const since = Math.min(...alike.map((d) => desk.singles.get(desk.idOf(d))?.firstSeen ?? d.observedAt));
  const again = desk.teams.some((team) => team.hostId === hostId && isSameCommon(team.group, shared));
  const parts = [desk.segment, "group", shared.kind, shared.subject, shared.from ?? "", shared.to ?? ""];
  const more = [hostId, shared.role, again ? String(since) : null].filter((part) => typeof part === "string");
  const id = stableId(...parts, ...more);
  const group = { id, ...shared, members: [], since };
  return { kind, id: stableId(id, kind), hostId, lastSeen: desk.at, replaces: [], group };
}

export function hostsOf(deviations: readonly Deviation[]): number {
  return new Set(deviations.map((d) => d.host?.id)).size;
}

export function bucket<K>(deviations: readonly Deviation[], keyOf: (d: Deviation) => K | null): Iterable<Deviation[]> {
  const keyed = deviations.filter((d) => keyOf(d) !== null);
  return Map.groupBy(keyed, keyOf).values();
}
