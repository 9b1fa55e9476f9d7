import type { Anomaly } from "../../../domain/anomaly.ts";
import type { HostBaseline, SegmentBaseline } from "../../../domain/baseline.ts";
import { portFieldFacts } from "../../../domain/fields/port.ts";
import type { PortField } from "../../../domain/fields/port.ts";
import { CATALOGUE } from "../../../domain/kinds/catalogue.ts";
import { portKnown } from "../../../domain/maturity.ts";
import { portKey, type PortRef, portText } from "../../../domain/network.ts";
import { inBurst } from "../../../domain/port-burst.ts";
import { hostRole, type HostRole } from "../../../domain/role.ts";

/** How an anomaly looks beside hosts that are for the same thing. */
export interface Peers {
  /** What the hosts compared are for; null: too few share a role, so the whole segment is compared. */
  readonly role: HostRole | null;
  /** How many were compared, with those of the anomaly. */
  readonly hosts: number;
  /** How many of them show the same, with those of the anomaly that still do. */
  readonly alike: number;
  /** `the only one of 34 servers with port 4444/tcp open`. */
  readonly text: string;
}

export interface PeersInput {
  readonly baseline: SegmentBaseline;
  /** What the operator says a host is for. */
  readonly roles?: ((address: string) => HostRole | null) | undefined;
  /** Of the segment, in any state, seen within the last {@link PEER_DAYS} days. */
  readonly others: readonly Anomaly[];
}

/** Fewer hosts of one role say nothing about what is usual for it. */
const FEWEST = 3;
/** How far back the same kind is counted on the peers. */
export const PEER_DAYS = 30;

const PLURALS: Readonly<Record<HostRole, string>> = {
  "kubernetes-node": "Kubernetes nodes",
  printer: "printers",
  iot: "IoT devices",
  phone: "phones",
  server: "servers",
  workstation: "workstations",
  unknown: "hosts of unknown role",
};

/** The hosts of an anomaly beside their peers; null where the baseline does not know them, so that nobody is a peer. */
export function peersOf(anomaly: Anomaly, input: PeersInput): Peers | null {
  const own = ownHosts(anomaly);
  const { role, hosts } = compared(own, input, anomaly);
  if (hosts.length === 0) return null;
  const called = role === null ? "hosts of the segment" : PLURALS[role];
  return { role, ...likeness(anomaly, { hosts, own, called, others: input.others }) };
}

/** The ids of the hosts that an anomaly is about. */
export function ownHosts({ host, group }: Pick<Anomaly, "host" | "group">): ReadonlySet<string> {
  const members = group?.members.map((member) => member.hostId) ?? [];
  return new Set(host === null ? members : [host.id, ...members]);
}

function compared(
  own: ReadonlySet<string>,
  { baseline, roles }: PeersInput,
  { group }: Anomaly,
): { readonly role: HostRole | null; readonly hosts: readonly HostBaseline[] } {
  const all = [...baseline.hosts.values()].filter((host) => host.current === "up" || own.has(host.id));
  const first = all.find((host) => own.has(host.id));
  if (first === undefined) return { role: null, hosts: [] };
  const mixed = group !== null && group.role === undefined;
  const role = hostRole(first, roles);
  const same = all.filter((host) => own.has(host.id) || hostRole(host, roles) === role);
  return mixed || role === "unknown" || same.length < FEWEST ? { role: null, hosts: all } : { role, hosts: same };
}

interface Question {
  readonly hosts: readonly HostBaseline[];
  readonly own: ReadonlySet<string>;
  readonly called: string;
  readonly others: readonly Anomaly[];
}

type Likeness = Omit<Peers, "role">;

function likeness(anomaly: Anomaly, question: Question): Likeness {
  const { port, kind, group } = anomaly;
  const { gone } = CATALOGUE[group?.kind ?? kind];
  if (port === null) return happened(anomaly, question);
  if (gone.when === "port-fields-normal") return sameValues(anomaly, { ...question, port, fields: gone.fields });
  if (gone.when === "port-normal" || gone.when === "endpoint-measured") return open({ ...question, port });
  return happened(anomaly, question);
}

/** Only hosts on which the port was looked for can tell. */
function open({ hosts, own, called, port }: Question & { readonly port: PortRef }): Likeness {
  const asked = hosts.filter((host) => own.has(host.id) || portKnown(host, port));
  const having = asked.filter((host) => isOpen(host, port));
  const alone = having.length > 0 && having.every((host) => own.has(host.id));
  const [n, of, where] = [having.length, asked.length, `port ${portText(port)} open`];
  if (n === 0) return { hosts: of, alike: n, text: `none of ${of} ${called} has ${where}` };
  if (alone && n === 1) return { hosts: of, alike: n, text: `the only one of ${of} ${called} with ${where}` };
  const included = having.some((host) => own.has(host.id)) ? ownIncluded(own) : "";
  return { hosts: of, alike: n, text: `${n} of ${of} ${called} ${n === 1 ? "has" : "have"} ${where}${included}` };
}

function ownIncluded(own: ReadonlySet<string>): string {
  return own.size === 1 ? ", this one included" : ", these included";
}

function isOpen(host: HostBaseline, port: PortRef): boolean {
  return host.ports.get(portKey(port))?.current === "open" || inBurst(host.burst, port);
}

function sameValues(
  { after, before }: Anomaly,
  { hosts, own, called, port, fields }: Question & { readonly port: PortRef; readonly fields: readonly PortField[] },
): Likeness {
  const having = hosts.filter((host) => own.has(host.id) || isOpen(host, port));
  const others = having.filter((host) => !own.has(host.id));
  const showing = (facts: Anomaly["after"]) => others.filter((host) => shows(host, { port, fields, facts })).length;
  const [now, then] = [showing(after), showing(before)];
  const on = `${others.length} other ${called} with port ${portText(port)} open`;
  const earlier = then === 0 ? "" : `; ${then} ${then === 1 ? "shows" : "show"} the earlier one`;
  const text =
    now === 0
      ? `none of ${on} shows the new value${earlier}`
      : `${now} of ${on} ${now === 1 ? "shows" : "show"} the same new value${earlier}`;
  return { hosts: having.length, alike: now + having.length - others.length, text };
}

interface Shown {
  readonly port: PortRef;
  readonly fields: readonly PortField[];
  readonly facts: Anomaly["after"];
}

/** Whether a host shows on that port, in these fields, all that the facts say about them. */
function shows(host: HostBaseline, { port, fields, facts }: Shown): boolean {
  const known = host.ports.get(portKey(port))?.fields;
  const current = fields.flatMap((field): [PortField, string][] => {
    const value = known?.get(field)?.current;
    return value === undefined ? [] : [[field, value]];
  });
  const wanted = new Map(Object.entries(facts));
  const said = Object.entries(portFieldFacts(current)).filter(([leaf]) => wanted.has(leaf));
  return said.length > 0 && said.every(([leaf, value]) => wanted.get(leaf) === value);
}

/** What has no value that hosts could share is compared by how often the same happened. */
function happened(anomaly: Anomaly, { hosts, own, called, others }: Question): Likeness {
  const kind = anomaly.group?.kind ?? anomaly.kind;
  const same = others.filter((one) => (one.group?.kind ?? one.kind) === kind && one.id !== anomaly.id);
  const ids = new Set(same.flatMap((one) => [...ownHosts(one)]));
  const elsewhere = hosts.filter((host) => ids.has(host.id) && !own.has(host.id)).length;
  const rest = hosts.length - hosts.filter((host) => own.has(host.id)).length;
  const when = `in the last ${PEER_DAYS} days`;
  const text =
    elsewhere === 0
      ? `the same was found on none of ${rest} other ${called} ${when}`
      : `the same was found on ${elsewhere} of ${rest} other ${called} ${when}`;
  return { hosts: hosts.length, alike: elsewhere + hosts.length - rest, text };
}
