import type { Anomaly, GroupMember } from "../../domain/anomaly.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import type { PastAnomalies } from "../../domain/past-anomalies.ts";
import { portKey } from "../../domain/network.ts";
import { type Common, subjectOf } from "./group-key.ts";
import type { Candidate } from "./candidate.ts";
import { bucket, type Desk, newTeam, type Team } from "./team.ts";

/** A worm that takes its time: openings of one port that are this close together have one cause, UTC ms. */
const SPREAD_WINDOW_MS = 7 * 86_400_000;

/**
 * The same port, with the same product, that opens on host after host: one anomaly that names them all and grows. Ports
 * that open on many hosts at once are a rollout. What was declared, accepted or lasted long enough is no part of it.
 */
export function groupSpreads(
  desk: Desk,
  deviations: readonly Deviation[],
  { stored, past, minimum }: Known & { readonly minimum: number },
): void {
  const loose = deviations.filter((d) => isOpening(d) && isLoose(d, desk));
  const recent = stored.filter((a) => isEarlier(a, desk));
  for (const alike of bucket(loose, subjectOf)) join(desk, alike, { known: { stored: recent, past }, minimum });
}

interface Known {
  /** What is in effect. */
  readonly stored: readonly Anomaly[];
  readonly past: PastAnomalies;
}

/** On the same port with the same product, by id. */
function openedEarlier(desk: Desk, opening: Deviation, { stored, past }: Known): readonly Anomaly[] {
  if (opening.port === null) return [];
  const over = past.onPort(opening.port.number, desk.at - SPREAD_WINDOW_MS).filter((one) => isEarlier(one, desk));
  const place = subjectOf(opening);
  const earlier = [...stored, ...over].filter((one) => placeOfAnomaly(one) === place);
  return earlier.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Nobody else in the segment ever had this port open: that it appears here and there is more than each opening says. */
export function isNovelSpread({ deviation, group }: Candidate, { hosts }: SegmentBaseline): boolean {
  const { kind, port } = deviation;
  if (kind !== "port-spread" || port === null || group === null) return false;
  const members = new Set(group.members.map((member) => member.hostId));
  return ![...hosts.values()].some((host) => !members.has(host.id) && host.ports.has(portKey(port)));
}

function join(
  desk: Desk,
  alike: readonly Deviation[],
  { known, minimum }: { readonly known: Known; readonly minimum: number },
): void {
  const [first] = alike;
  if (first === undefined) return;
  const open = openSpread(desk, sharedOf(first));
  const fresh = alike.some((d) => !desk.singles.has(desk.idOf(d)) && !desk.taken.has(d));
  if (open === undefined && !fresh) return;
  const team =
    open ?? newSpread(desk, alike, { before: openedEarlier(desk, first, known).flatMap(membersOf), minimum });
  if (team === null) return;
  for (const deviation of alike) desk.taken.set(deviation, team);
}

function newSpread(
  desk: Desk,
  alike: readonly Deviation[],
  { before, minimum }: { readonly before: readonly GroupMember[]; readonly minimum: number },
): Team | null {
  const hosts = new Set([...alike.map((d) => d.host?.id ?? ""), ...before.map((m) => m.hostId)]);
  return before.length > 0 && hosts.size >= minimum ? spreadOf(desk, alike, before) : null;
}

/** It grows for as long as the next host follows within the window. */
function openSpread(desk: Desk, shared: Common): Team | undefined {
  return desk.teams.find(({ kind, group, lastSeen }) => {
    const same = kind === "port-spread" && group.kind === shared.kind && group.subject === shared.subject;
    return same && desk.at - lastSeen <= SPREAD_WINDOW_MS;
  });
}

function spreadOf(desk: Desk, alike: readonly Deviation[], before: readonly GroupMember[]): Team {
  const [first] = alike;
  if (first === undefined) throw new Error("a spread needs a port");
  const team = newTeam(desk, alike, { kind: "port-spread", shared: sharedOf(first) });
  const now = new Set(alike.map(desk.idOf));
  const gone = before.filter((member) => !now.has(member.anomalyId)).map((m) => ({ ...m, over: m.over ?? desk.at }));
  const members = [...new Map(gone.map((member) => [member.anomalyId, member])).values()];
  const replaces = [...new Set(alike.flatMap((d) => desk.taken.get(d)?.id ?? []))];
  return { ...team, replaces, group: { ...team.group, members } };
}

function sharedOf(d: Deviation): Common {
  return { kind: d.kind, from: d.from, to: d.to, subject: subjectOf(d) };
}

function isOpening({ kind, port, informational, declared }: Deviation): boolean {
  const { appears, rollout } = CATALOGUE[kind];
  return appears === "port" && rollout !== null && port !== null && !informational && declared === null;
}

/** Neither muted nor told so long ago that it has another cause; a group that opened at once is taken over. */
function isLoose(d: Deviation, { taken, singles, idOf, at }: Desk): boolean {
  const alone = singles.get(idOf(d));
  const team = taken.get(d);
  if (team !== undefined) return team.kind === "rollout" && at - (team.group.since ?? 0) <= SPREAD_WINDOW_MS;
  return alone === undefined || (alone.state === "open" && at - alone.firstSeen <= SPREAD_WINDOW_MS);
}

function isEarlier({ kind, group, firstSeen, informational, closed, state }: Anomaly, { at }: Desk): boolean {
  if (CATALOGUE[group?.kind ?? kind].appears !== "port" || informational) return false;
  const normal = state === "accepted" || state === "aged" || state === "muted" || closed?.reason === "relearned";
  return !normal && at - firstSeen <= SPREAD_WINDOW_MS;
}

function placeOfAnomaly(anomaly: Anomaly): string {
  const { group, kind, port, before, after } = anomaly;
  if (port === null) return "";
  const told = { kind: group?.kind ?? kind, port, subject: portKey(port), before, after };
  return subjectOf(told);
}

function membersOf({ group, host, id, subject, state }: Anomaly): readonly GroupMember[] {
  if (group !== null) return group.members;
  if (host === null) return [];
  const member = { hostId: host.id, ip: host.address, name: host.name, anomalyId: id, subject };
  return [state === "open" ? member : { ...member, over: 0 }];
}
