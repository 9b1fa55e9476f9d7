import { z } from "zod";
import { portRange } from "../../config/port-range.ts";
import { LONGEST_CHANGE_MS, type PlannedChange } from "../../domain/planned-change.ts";
import { isCovered } from "../../domain/scope.ts";
import { networksOf, readMatch } from "../../domain/target.ts";
import { minuteText } from "../../domain/words.ts";
import { stableId } from "../../lib/hash.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";

const place = z.string().refine((text) => readMatch(text).ok, "an address, a range, a CIDR or a host name");
const ports = z.string().refine((text) => portRange(text) !== null, "ports like 8443, 9000-9010 or 53/udp");

/** What an announcement says, whoever makes it: a command, or a file of a pipeline. */
export const ANNOUNCEMENT = z
  .strictObject({
    hosts: z.array(place).readonly().default([]),
    networks: z.array(place).readonly().default([]),
    /** Tags of the configuration. */
    groups: z.array(z.string().min(1)).readonly().default([]),
    ports: z.array(ports).readonly().default([]),
    /** UTC ms; absent: now. */
    from: z.int().optional(),
    until: z.int(),
    by: z.string().trim().min(1).max(256),
    ticket: z.string().trim().min(1).max(256),
  })
  .refine(({ hosts, networks, groups }) => hosts.length + networks.length + groups.length > 0, {
    error: "one of hosts, networks, groups is needed",
  })
  .refine(({ hosts, ports: named }) => named.length > 0 || hosts.length > 0, {
    error: "ports are needed: without them only hosts that are named one by one may appear",
  });

export type Announcement = z.infer<typeof ANNOUNCEMENT>;

/** What an announcement is held against. */
export interface AnnouncedIn {
  readonly segment: string;
  readonly now: number;
  readonly origin: string;
  readonly lastScanAt: number | null;
  readonly inScope: (address: string) => boolean;
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  readonly tags: ReadonlySet<string>;
  readonly changes: readonly PlannedChange[];
}

/** The change that is announced, or why it cannot be. The same announcement twice is the same change. */
export function changeOf(said: Announcement, at: AnnouncedIn): Result<PlannedChange, OperationFailure> {
  const { hosts, networks, groups, until, by, ticket } = said;
  const from = said.from ?? at.now;
  const where = { hosts: [...hosts].sort(), networks: [...networks].sort(), groups: [...groups].sort() };
  const ranges = said.ports.flatMap((text) => portRange(text) ?? []);
  const identity = JSON.stringify([where, ranges, said.from ?? null, until]);
  const change: PlannedChange = {
    id: stableId("change", at.segment, identity, by, ticket),
    segment: at.segment,
    place: where,
    ports: ranges,
    from,
    until,
    by,
    ticket,
    origin: at.origin,
    announcedAt: at.now,
    state: "announced",
    matched: [],
  };
  const problem = clockProblem(at) ?? timeProblem(change, at) ?? scopeProblem(said, at) ?? contradiction(change, at);
  return problem === null ? ok(at.changes.find(({ id }) => id === change.id) ?? change) : err(problem);
}

function clockProblem({ now, lastScanAt, changes }: AnnouncedIn): OperationFailure | null {
  const last = Math.max(lastScanAt ?? 0, ...changes.map(({ announcedAt }) => announcedAt));
  if (now >= last) return null;
  const what = `the clock went back: it is ${minuteText(now)}, and the state knows ${minuteText(last)}`;
  return refusal("TL464", what, "Correct the clock of this machine, then announce it again.");
}

function timeProblem({ from, until }: PlannedChange, { now }: AnnouncedIn): OperationFailure | null {
  if (until <= now) {
    const what = `the change would have ended at ${minuteText(until)}, and it is ${minuteText(now)}`;
    return refusal("TL461", what, "Give an --until that is still to come; accept what was changed before.");
  }
  if (from >= until) {
    const what = `the change would begin at ${minuteText(from)} and end before that, at ${minuteText(until)}`;
    return refusal("TL461", what, "Give a --from that is before --until.");
  }
  if (until - Math.min(from, now) <= LONGEST_CHANGE_MS) return null;
  const what = `the change would end at ${minuteText(until)}; at most 7 days can be announced, from its beginning or now`;
  return refusal("TL462", what, "Announce it later or in parts; declare what is to stay so.");
}

function scopeProblem(said: Announcement, at: AnnouncedIn): OperationFailure | null {
  const outside = [...said.hosts, ...said.networks].filter((text) => !isInside(text, at));
  if (outside.length > 0) {
    const what = `${outside.slice(0, 5).join(", ")} cannot be part of a change: nothing of it is scanned here`;
    return refusal("TL460", what, "Name hosts inside targets and outside exclude; tripline config show lists both.");
  }
  const unknown = said.groups.filter((tag) => !at.tags.has(tag));
  if (unknown.length === 0) return null;
  const known = at.tags.size === 0 ? "there are none" : [...at.tags].sort().join(", ");
  const what = `no host has the tag ${unknown.join(", ")} (known: ${known})`;
  return refusal("TL460", what, "Name a tag from tags: of the configuration, or the hosts themselves.");
}

/** A name is resolved for each cycle: whether it is inside can only be known where the targets name it. */
function isInside(text: string, { targets, exclude, inScope }: AnnouncedIn): boolean {
  const networks = networksOf(text);
  if (networks.length === 0) return isName(text);
  const scope = targets.flatMap(networksOf);
  const spared = exclude.flatMap(networksOf);
  return networks.every(
    (network) =>
      (scope.length === 0 || isCovered(network, scope)) && inScope(network.base) && !isCovered(network, spared),
  );
}

function isName(text: string): boolean {
  const read = readMatch(text);
  return read.ok && read.value.kind === "name";
}

/** One ticket that says two things about one place: nobody knows which of them is meant. */
function contradiction(change: PlannedChange, { changes }: AnnouncedIn): OperationFailure | null {
  const other = changes.find(
    (one) =>
      one.id !== change.id && one.ticket === change.ticket && isSamePlace(one, change) && one.until > change.from,
  );
  if (other === undefined) return null;
  const what = `${change.ticket} is already announced for these hosts until ${minuteText(other.until)}, with other ports or times`;
  return refusal("TL463", what, `Cancel the other one first: tripline change cancel ${other.id.slice(0, 8)}.`);
}

function isSamePlace(a: PlannedChange, b: PlannedChange): boolean {
  return JSON.stringify(a.place) === JSON.stringify(b.place);
}

function refusal(code: string, what: string, fix: string): OperationFailure {
  return { code, exit: 2, what, effect: "Nothing was announced: what is new is judged as ever.", fix };
}
