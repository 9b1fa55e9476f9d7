import type { Facts } from "../facts.ts";
import { EXACT } from "./equality.ts";
import { readAllPortsOpen, readBestFamily, readInitialTtl, readMac, readOsFamily, readStack } from "./host-readings.ts";
import type { HostFieldRow } from "./row.ts";
import { asItIs } from "./text.ts";
import { KEYS, ONE, SEVERAL } from "./value-set.ts";

/**
 * The fields of a host that are compared from scan to scan. `os_family` is a sorted, comma-separated set, `os_best`
 * the family of the best match; `stack` a text of stable TCP/IP facts.
 */
export const HOST_FIELDS = {
  ip: {
    family: null,
    read: (host): string | null => host.address,
    equality: EXACT,
    set: ONE,
    evidence: "address",
    facts: (ip): Facts => ({ ip }),
    text: asItIs,
    observed: false,
  },
  mac: {
    family: null,
    read: readMac,
    equality: EXACT,
    set: KEYS,
    evidence: "mac",
    facts: (mac): Facts => ({ mac }),
    text: asItIs,
    observed: true,
  },
  name: {
    family: null,
    read: (host): string | null => host.names[0]?.toLowerCase() ?? null,
    equality: EXACT,
    set: SEVERAL,
    evidence: "name",
    facts: (name): Facts => ({ dns_name: name }),
    text: asItIs,
    observed: true,
  },
  os_family: {
    family: "os",
    read: readOsFamily,
    equality: EXACT,
    set: SEVERAL,
    evidence: null,
    facts: (families): Facts => ({ os_family: families }),
    text: asItIs,
    observed: true,
  },
  os_best: {
    family: "os",
    read: readBestFamily,
    equality: EXACT,
    set: SEVERAL,
    evidence: null,
    facts: (family): Facts => ({ os_family: family }),
    text: asItIs,
    observed: false,
  },
  stack: {
    family: "os",
    read: readStack,
    equality: EXACT,
    set: ONE,
    evidence: null,
    facts: (): Facts => ({}),
    text: asItIs,
    observed: false,
  },
  reason_ttl: {
    family: "presence",
    read: readInitialTtl,
    equality: EXACT,
    set: SEVERAL,
    evidence: null,
    facts: (): Facts => ({}),
    text: asItIs,
    observed: false,
  },
  all_ports_open: {
    family: "presence",
    read: readAllPortsOpen,
    equality: EXACT,
    set: SEVERAL,
    evidence: null,
    facts: (): Facts => ({}),
    text: asItIs,
    observed: false,
  },
} as const satisfies Readonly<Record<string, HostFieldRow>>;

export type HostField = keyof typeof HOST_FIELDS;

/** The host fields whose row says so, in the order of the table. */
export function hostFieldsWith(wanted: (row: HostFieldRow) => boolean): readonly HostField[] {
  const rows = Object.entries<HostFieldRow>(HOST_FIELDS);
  return rows.flatMap(([name, row]) => (isHostField(name) && wanted(row) ? [name] : []));
}

/** Values of fields as leaves of an event. */
export function hostFieldFacts(values: Iterable<readonly [HostField, string]>): Facts {
  return Object.assign({}, ...Array.from(values, ([field, value]) => HOST_FIELDS[field].facts(value)));
}

export function isHostField(name: string): name is HostField {
  return Object.hasOwn(HOST_FIELDS, name);
}
