import type { Anomaly, GroupMember } from "../domain/anomaly.ts";
import type { Deviation } from "../domain/deviation.ts";
import {
  emptyBaseline,
  type FieldBaseline,
  type HostBaseline,
  type PortBaseline,
  type SegmentBaseline,
} from "../domain/baseline.ts";
import { sameValue, severalValues } from "../domain/fields/compare.ts";
import type { HostField } from "../domain/fields/host.ts";
import { isDeviating, withNormal } from "../domain/fields/normal.ts";
import type { PortField } from "../domain/fields/port.ts";
import { CATALOGUE } from "../domain/kinds/catalogue.ts";
import type { Accept } from "../domain/kinds/row.ts";
import { parsePortKey, portKey } from "../domain/network.ts";
import type { PortKey } from "../domain/network.ts";
import { withSettled } from "./churn/count.ts";
import { acceptBurst } from "./learn-burst.ts";
import { evidenceKey, inOrder, referenceEvidence } from "./identity/evidence.ts";

/**
 * "This is normal now": the reference moves to the settled state of the anomaly's subject, on its host or, for a
 * group, on every member. Returns the changed hosts; none when the host is no longer known.
 */
export function acceptAnomaly(baseline: SegmentBaseline, anomaly: Anomaly): readonly HostBaseline[] {
  return acceptedOn(baseline, anomaly).flatMap(({ before, after }) => {
    if (before === null || after === null) return [];
    const host = { ...after, evidence: acceptedEvidence(baseline, after) };
    return [withSettled({ before, after: host, relearned: new Set(), firstAsked: false }, baseline)];
  });
}

/** Each host of an anomaly as an accept would leave it, evidence and counts aside; null: it is no longer known. */
export function acceptedOn(
  baseline: SegmentBaseline,
  anomaly: Anomaly,
): readonly { readonly before: HostBaseline | null; readonly after: HostBaseline | null }[] {
  const { accept } = CATALOGUE[anomaly.group?.kind ?? anomaly.kind];
  return [...placesOf(anomaly)].map(([id, ports]) => {
    const before = baseline.hosts.get(id) ?? null;
    return { before, after: before === null ? null : acceptOn(before, accept, ports) };
  });
}

/** By host, the ports that an anomaly is about: of a group those of each member. */
function placesOf(anomaly: Anomaly): ReadonlyMap<string, readonly PortKey[]> {
  const { group, host } = anomaly;
  if (group === null) return new Map(host === null ? [] : [[host.id, portsOf(anomaly)]]);
  const ofHost = Map.groupBy(group.members, (member) => member.hostId);
  const ports = (members: readonly GroupMember[]) =>
    members.flatMap(({ subject }) => portsOf({ ...anomaly, subject: subject ?? anomaly.subject }));
  return new Map([...ofHost].map(([id, members]) => [id, [...new Set(ports(members))]]));
}

/** What was announced becomes normal, as by an accept of each. The ids of the hosts that this changed are `touched`. */
export function acceptNews(
  given: SegmentBaseline,
  news: readonly Deviation[],
): { readonly baseline: SegmentBaseline; readonly touched: ReadonlySet<string> } {
  const hosts = new Map(given.hosts);
  const touched = new Set<string>();
  for (const deviation of news) {
    const host = hosts.get(deviation.host?.id ?? "");
    if (host === undefined) continue;
    const accepted = acceptOn(host, CATALOGUE[deviation.kind].accept, portsOf(deviation));
    hosts.set(host.id, { ...accepted, evidence: acceptedEvidence({ ...given, hosts }, accepted) });
    touched.add(host.id);
  }
  return { baseline: touched.size === 0 ? given : { ...given, hosts }, touched };
}

/**
 * Starts to relearn, and confirms the place: an operator who relearns after a move accepts the new one. Identities
 * stay, so that `host.id` survives; hosts that are gone are forgotten.
 */
export function relearn(given: SegmentBaseline): SegmentBaseline {
  const { marked: _, ...baseline } = given;
  const hosts = [...baseline.hosts.values()].filter((host) => host.current === "up").map(learnedAnew);
  const { state, intercepted } = baseline.vantage;
  const met = intercepted === undefined ? {} : { intercepted };
  const vantage = { ...emptyBaseline(baseline.segment).vantage, state, ...met };
  const fresh = { scans: 0, startedAt: null, watchedMs: 0, vantage };
  return { ...baseline, ...fresh, hosts: new Map(hosts.map((host) => [host.id, host])) };
}

function acceptOn(host: HostBaseline, accept: Accept, ports: readonly PortKey[]): HostBaseline {
  const onPorts = (fields: readonly PortField[] | null) =>
    ports.reduce((changed, key) => acceptPort(changed, key, fields), host);
  switch (accept.makes) {
    case "host":
      return acceptWhole(host);
    case "machine":
      return acceptWhole(withoutFormerPorts(host));
    case "absence":
      return { ...host, reference: "new" };
    case "burst":
      return acceptBurst(host);
    case "host-fields":
      return { ...host, fields: acceptFields(host.fields, accept.fields) };
    case "port-fields":
      return onPorts(accept.fields);
    case "port":
      return onPorts(null);
    case "members":
      return host;
  }
}

/** `fields` null: the presence of the port itself, with all it shows. */
function acceptPort(host: HostBaseline, key: PortKey, fields: readonly PortField[] | null): HostBaseline {
  const port = host.ports.get(key);
  if (port === undefined) return host;
  const accepted = fields === null ? acceptedPort(port) : { ...port, fields: acceptFields(port.fields, fields) };
  return { ...host, ports: new Map([...host.ports, [key, accepted]]) };
}

function acceptWhole(given: HostBaseline): HostBaseline {
  const host = acceptBurst(given);
  return {
    ...host,
    reference: "known",
    fields: acceptFields(host.fields, [...host.fields.keys()]),
    ports: new Map([...host.ports].map(([key, port]) => [key, acceptedPort(port)])),
  };
}

/** Ports that the previous machine had open and this one does not: its closing says nothing about the new machine. */
function withoutFormerPorts(host: HostBaseline): HostBaseline {
  return { ...host, ports: new Map([...host.ports].filter(([, port]) => port.misses === 0)) };
}

function acceptedPort({ alerted: _alerted, ...port }: PortBaseline): PortBaseline {
  return { ...port, reference: port.current, fields: acceptFields(port.fields, [...port.fields.keys()]) };
}

function acceptFields<K extends PortField | HostField>(
  fields: ReadonlyMap<K, FieldBaseline>,
  which: readonly K[],
): ReadonlyMap<K, FieldBaseline> {
  const accepted = [...fields].map(([name, field]): [K, FieldBaseline] => [
    name,
    which.includes(name) && isDeviating(name, field) ? acceptField(name, field) : field,
  ]);
  return new Map(accepted);
}

/**
 * The accepted value takes the place of the one before. Where several are normal, or the one before was accepted again,
 * they stay beside each other: an operator who has accepted both of two names has seen them all.
 */
function acceptField(name: PortField | HostField, known: FieldBaseline): FieldBaseline {
  const { value: before, values, former, since, ...counts } = known;
  const { current: value } = known;
  const returned = former !== undefined && sameValue(name, former, value);
  if (severalValues(name).retires) return { ...counts, value };
  if (values === undefined && !returned) return { ...counts, value, former: before };
  return { ...counts, ...withNormal(name, known, { value, at: since?.at ?? 0 }) };
}

/** The new normal values, unless they belong to another host. */
export function acceptedEvidence(baseline: SegmentBaseline, host: HostBaseline): HostBaseline["evidence"] {
  const others = [...baseline.hosts.values()].filter((other) => other.id !== host.id);
  const owned = new Set(others.flatMap((other) => other.evidence.map(evidenceKey)));
  const own = referenceEvidence(host).filter((e) => e.kind === "address" || !owned.has(evidenceKey(e)));
  return inOrder(own);
}

/** A moved port concerns both ends; every other kind the one port it names. */
function portsOf(anomaly: Pick<Anomaly, "port" | "subject" | "before" | "after">): readonly PortKey[] {
  const port = anomaly.port ?? parsePortKey(anomaly.subject);
  if (port === null) return [];
  const ends = [port.number, anomaly.before.port, anomaly.after.port].filter((n) => n !== undefined);
  return [...new Set(ends.map((number) => portKey({ transport: port.transport, number })))];
}

function learnedAnew(given: HostBaseline): HostBaseline {
  const { churn: _, answers: __, ...host } = given;
  return { ...acceptWhole(host), covered: 0, firstSeen: host.lastSeen, coverage: [] };
}
