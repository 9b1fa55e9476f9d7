import { includes } from "../lib/intervals.ts";
import { compareAddresses } from "../lib/ip.ts";
import { sameValue } from "./fields/compare.ts";
import { HOST_FIELDS, type HostField, hostFieldsWith } from "./fields/host.ts";
import { PORT_FIELDS, type PortField, portFieldsWith } from "./fields/port.ts";
import type { FieldFamily, FieldRow } from "./fields/row.ts";
import { type PortKey, portKey, type PortRef, portText } from "./network.ts";
import type { HostObservation, PortObservation } from "./observation.ts";

/** One scan as a whole: what it saw, and whose silence means something. */
export interface SeenByScan {
  /** By address. */
  readonly hosts: ReadonlyMap<string, HostObservation>;
  readonly asked: (address: string) => boolean;
  /** How each family of fields was measured. */
  readonly comparability: ReadonlyMap<FieldFamily, string>;
}

export type ScanChangeKind = "appeared" | "gone" | "opened" | "closed" | "changed";

/** One thing that two scans say otherwise. */
export interface ScanChange {
  readonly change: ScanChangeKind;
  readonly address: string;
  /** As people write it; null: it is about the host. */
  readonly port: string | null;
  /** Of `changed`. */
  readonly field: HostField | PortField | null;
  /** What the first scan saw, and the second; null: nothing. Values of fields are canonical. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ScanDiff {
  /** By address, then the host before its ports. */
  readonly changes: readonly ScanChange[];
  /** What only one of the scans saw while the other did not ask: that is no difference. */
  readonly notMeasured: { readonly hosts: number; readonly ports: number };
  /** Fields that the scans measured in different ways; they are not compared. */
  readonly notCompared: readonly FieldFamily[];
}

/** What differs between two scans. Absence counts only where it was measured. */
export function diffScans(before: SeenByScan, after: SeenByScan): ScanDiff {
  const addresses = [...new Set([...before.hosts.keys(), ...after.hosts.keys()])].toSorted(compareAddresses);
  const notCompared = familiesApart(before, after);
  const found = addresses.map((address) => hostDiff(address, { before, after, notCompared }));
  return {
    changes: found.flatMap((one) => one.changes),
    notMeasured: {
      hosts: found.filter((one) => one.unmeasured === "host").length,
      ports: found.reduce((sum, { unmeasured }) => sum + (unmeasured === "host" ? 0 : unmeasured), 0),
    },
    notCompared,
  };
}

function familiesApart(before: SeenByScan, after: SeenByScan): readonly FieldFamily[] {
  return [...before.comparability].flatMap(([family, was]) => {
    const is = after.comparability.get(family);
    return is === undefined || is === was ? [] : [family];
  });
}

interface Both {
  readonly before: SeenByScan;
  readonly after: SeenByScan;
  readonly notCompared: readonly FieldFamily[];
}

interface HostDiff {
  readonly changes: readonly ScanChange[];
  /** The host as a whole, or that many of its ports. */
  readonly unmeasured: "host" | number;
}

const NOTHING: HostDiff = { changes: [], unmeasured: 0 };

function hostDiff(address: string, { before, after, notCompared }: Both): HostDiff {
  const [was, is] = [upIn(before, address), upIn(after, address)];
  if (was !== null && is !== null) return bothUp(was, is, notCompared);
  const only = was ?? is;
  if (only === null) return NOTHING;
  if (!(was === null ? before : after).asked(address)) return { changes: [], unmeasured: "host" };
  const change = was === null ? "appeared" : "gone";
  const text = hostSummary(only);
  const values = { before: was === null ? null : text, after: was === null ? text : null };
  return { changes: [{ change, address, port: null, field: null, ...values }], unmeasured: 0 };
}

function upIn({ hosts }: SeenByScan, address: string): HostObservation | null {
  const host = hosts.get(address);
  return host?.state === "up" ? host : null;
}

function bothUp(was: HostObservation, is: HostObservation, notCompared: readonly FieldFamily[]): HostDiff {
  const { address } = is;
  const [portsWere, portsAre] = [openPorts(was), openPorts(is)];
  const keys = new Map([...portsWere, ...portsAre].toSorted(([, a], [, b]) => a.number - b.number));
  const ports = [...keys].map(([key, port]) =>
    portDiff({ address, port, was, is, before: portsWere.get(key), after: portsAre.get(key) }, notCompared),
  );
  const fields = fieldChanges(HOST_COMPARED, [was, is], notCompared);
  return {
    changes: [...fields.map((one) => ({ ...one, address, port: null })), ...ports.flatMap((one) => one ?? [])],
    unmeasured: ports.filter((one) => one === null).length,
  };
}

/** The rest is the address itself, or too raw for people. */
const HOST_COMPARED: Compared<HostObservation, HostField> = {
  fields: [...hostFieldsWith(({ observed }) => observed), "all_ports_open"],
  rows: HOST_FIELDS,
};
const PORT_COMPARED: Compared<PortObservation, PortField> = { fields: portFieldsWith(() => true), rows: PORT_FIELDS };

function openPorts({ ports }: HostObservation): ReadonlyMap<PortKey, PortObservation> {
  return new Map(ports.filter(({ state }) => state === "open").map((port) => [portKey(port), port]));
}

interface PortPair {
  readonly address: string;
  readonly port: PortRef;
  readonly was: HostObservation;
  readonly is: HostObservation;
  readonly before: PortObservation | undefined;
  readonly after: PortObservation | undefined;
}

/** Null: one of the scans did not measure it. */
function portDiff(pair: PortPair, notCompared: readonly FieldFamily[]): readonly ScanChange[] | null {
  const { address, before, after, was, is } = pair;
  const port = portText(pair.port);
  if (before !== undefined && after !== undefined)
    return fieldChanges(PORT_COMPARED, [before, after], notCompared).map((one) => ({
      ...one,
      address,
      port,
    }));
  const change = before === undefined ? "opened" : "closed";
  if (!measuredShut(before === undefined ? was : is, pair.port)) return null;
  const say = (seen: PortObservation | undefined) => (seen === undefined ? null : serviceSummary(seen));
  return [{ change, address, port, field: null, before: say(before), after: say(after) }];
}

/** It was asked, and the answer is not one of those that leave open whether it is open. */
function measuredShut(host: HostObservation, port: PortRef): boolean {
  const listed = host.ports.find((one) => portKey(one) === portKey(port));
  if (listed !== undefined) return listed.state !== "open|filtered" && listed.state !== "unfiltered";
  return host.coverage.some(
    (c) => c.phase === "ports" && c.transport === port.transport && includes(c.ports, port.number),
  );
}

type FieldChange = Omit<ScanChange, "address" | "port">;

interface Compared<Seen, F extends HostField | PortField> {
  readonly fields: readonly F[];
  readonly rows: Readonly<Record<F, FieldRow<Seen>>>;
}

/** Only of what both scans observed: nothing seen is not a value that went away. */
function fieldChanges<Seen, F extends HostField | PortField>(
  { fields, rows }: Compared<Seen, F>,
  [was, is]: readonly [Seen, Seen],
  notCompared: readonly FieldFamily[],
): readonly FieldChange[] {
  return fields.flatMap((field) => {
    const { family, read } = rows[field];
    if (family !== null && notCompared.includes(family)) return [];
    const [before, after] = [read(was), read(is)];
    if (before === null || after === null || sameValue(field, before, after)) return [];
    return [{ change: "changed" as const, field, before, after }];
  });
}

const MOST_PORTS = 6;

/** `web1 with 22/tcp, 443/tcp`; its ports are not listed one by one. */
function hostSummary(host: HostObservation): string {
  const open = [...openPorts(host).values()].map(portText);
  const more = open.length > MOST_PORTS ? `, ${open.length - MOST_PORTS} more` : "";
  const which = open.length === 0 ? "no open port seen" : `${open.slice(0, MOST_PORTS).join(", ")}${more}`;
  return [...host.names.slice(0, 1), which].join(" with ");
}

function serviceSummary(port: PortObservation): string {
  const words = (["service", "product", "version"] as const).flatMap((field) => PORT_FIELDS[field].read(port) ?? []);
  return words.length === 0 ? "open" : words.join(" ");
}
