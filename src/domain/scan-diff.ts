import { compareAddresses } from "../lib/ip.ts";
import { sameValue } from "./fields/compare.ts";
import type { HostField } from "./fields/host.ts";
import type { PortField } from "./fields/port.ts";
import type { FieldFamily } from "./fields/row.ts";
import { type PortRef, portText } from "./network.ts";
import type { HostObservation, PortObservation } from "./observation.ts";
import {
  type Compared,
  HOST_COMPARED,
  measuredShut,
  openPorts,
  PORT_COMPARED,
  type SeenByScan,
  serviceSummary,
  upIn,
} from "./seen-by-scan.ts";

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

type FieldChange = Omit<ScanChange, "address" | "port">;

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
