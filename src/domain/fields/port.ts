import { sha256Hex } from "../../lib/hash.ts";
import { certificateText, issuerText, knownCertificate } from "../certificate.ts";
import type { Facts } from "../facts.ts";
import { keyDigest } from "../key-set.ts";
import type { PortObservation } from "../observation.ts";
import { EXACT, KEY_SETS } from "./equality.ts";
import type { FieldFamily, PortFieldRow } from "./row.ts";
import { readExtraInfo, readProduct, readServiceName, readVersion } from "./service.ts";
import { asItIs, cut, shortKey } from "./text.ts";
import { KEYS, SEVERAL, VERSIONS } from "./value-set.ts";

/**
 * The fields of a port that are compared from scan to scan, in the order in which they are stored and reported.
 * `version` and `extra_info` belong to their product: they are compared only while the product is the same.
 */
export const PORT_FIELDS = {
  service: {
    family: "service",
    read: readServiceName,
    equality: EXACT,
    set: SEVERAL,
    evidence: null,
    facts: (service): Facts => ({ service }),
    text: asItIs,
    software: true,
    renews: false,
    reprobed: true,
    shown: ["service", "found", "normal"],
  },
  product: {
    family: "service",
    read: readProduct,
    equality: EXACT,
    set: SEVERAL,
    evidence: null,
    facts: (product): Facts => ({ product }),
    text: asItIs,
    software: true,
    renews: false,
    reprobed: true,
    shown: ["service", "found", "normal"],
  },
  version: {
    family: "service",
    read: readVersion,
    equality: EXACT,
    set: VERSIONS,
    evidence: null,
    facts: (version): Facts => ({ version }),
    text: asItIs,
    software: true,
    renews: false,
    reprobed: true,
    shown: ["service", "found", "normal"],
  },
  extra_info: {
    family: "service",
    read: readExtraInfo,
    equality: EXACT,
    set: SEVERAL,
    evidence: null,
    facts: (text): Facts => ({ extra_info: text }),
    text: cut,
    software: true,
    renews: false,
    reprobed: false,
    shown: ["service"],
  },
  banner: {
    family: "script:tripline-banner",
    read: fromScript("banner"),
    equality: EXACT,
    set: SEVERAL,
    evidence: null,
    facts: (banner): Facts => ({ banner }),
    text: cut,
    software: false,
    renews: false,
    reprobed: true,
    shown: ["service", "found"],
  },
  tls: {
    family: "script:ssl-cert",
    read: fromScript("tls"),
    equality: KEY_SETS,
    set: KEYS,
    evidence: "tls",
    facts: (keys): Facts => ({ tls_sha256: keyDigest(keys) }),
    text: shortKey,
    software: false,
    renews: true,
    reprobed: true,
    shown: ["service", "found"],
  },
  certificate: {
    family: "script:ssl-cert",
    read: readCertificate,
    equality: EXACT,
    set: KEYS,
    evidence: null,
    facts: certificateFacts,
    text: (text): string => certificateFacts(text).tls_issuer ?? "",
    software: false,
    renews: true,
    reprobed: false,
    shown: [],
  },
  ssh: {
    family: "script:ssh-hostkey",
    read: fromScript("ssh"),
    equality: KEY_SETS,
    set: KEYS,
    evidence: "ssh",
    facts: (keys): Facts => ({ ssh_sha256: keyDigest(keys) }),
    text: shortKey,
    software: false,
    renews: false,
    reprobed: true,
    shown: ["service", "found"],
  },
  http_title: {
    family: "script:http-title",
    read: fromScript("http_title"),
    equality: EXACT,
    set: SEVERAL,
    evidence: null,
    // A title is text of the host; events carry its digest.
    facts: (title): Facts => ({ http_digest: sha256Hex(title) }),
    text: cut,
    software: false,
    renews: false,
    reprobed: false,
    shown: ["service"],
  },
} as const satisfies Readonly<Record<string, PortFieldRow>>;

export type PortField = keyof typeof PORT_FIELDS;

/** The port fields that one family measures. */
export type PortFieldOf<F extends FieldFamily> = {
  [K in PortField]: (typeof PORT_FIELDS)[K]["family"] extends F ? K : never;
}[PortField];

/** The port fields whose row says so, in the order of the table. */
export function portFieldsWith(wanted: (row: PortFieldRow) => boolean): readonly PortField[] {
  const rows = Object.entries<PortFieldRow>(PORT_FIELDS);
  return rows.flatMap(([name, row]) => (isPortField(name) && wanted(row) ? [name] : []));
}

/** Values of fields as leaves of an event. */
export function portFieldFacts(values: Iterable<readonly [PortField, string]>): Facts {
  return Object.assign({}, ...Array.from(values, ([field, value]) => PORT_FIELDS[field].facts(value)));
}

export function isPortField(name: string): name is PortField {
  return Object.hasOwn(PORT_FIELDS, name);
}

/** What a script returned under the id of the field. */
function fromScript(field: string): PortFieldRow["read"] {
  return (port) => port.identity?.values[field] ?? null;
}

function readCertificate({ identity }: PortObservation): string | null {
  const content = identity?.certificate.content;
  return content === undefined ? null : certificateText(content);
}

function certificateFacts(text: string): Facts {
  const known = knownCertificate(text);
  return known === null ? {} : { tls_issuer: issuerText(known), tls_names: known.names.join(",") };
}
