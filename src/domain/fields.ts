import type { FieldFamily, HostField, PortField } from "./baseline.ts";
import { certificateText } from "./certificate.ts";
import { macClass } from "./mac.ts";
import type { HostObservation, PortObservation, ServiceObservation } from "./observation.ts";

/** nmap writes 3 for a name from its table, 10 for a match; below 8 the service itself did not say it. */
const TRUSTED_CONFIDENCE = 8;
const NO_SERVICE: ReadonlySet<string> = new Set(["", "tcpwrapped", "unknown"]);
// "3.X - 4.X", "2.2.8 or later": which of them is printed depends on the probe that answered, not on the software.
const VERSION_RANGE = /\s-\s|\bor (?:later|earlier|newer|older)\b|\.X\b/;

/**
 * The comparable field values of one open port, canonical; learning and detection both read them here. A field that
 * is missing was not observed, which is never the same as removed.
 */
export function portFieldValues(port: PortObservation): ReadonlyMap<PortField, string> {
  const values = new Map<PortField, string>();
  if (port.state !== "open") return values;
  const service = comparableService(port.service);
  put(values, "service", service === null ? null : serviceName(service));
  put(values, "product", service?.product ?? null);
  put(values, "version", exactVersion(service?.version ?? null));
  put(values, "extra_info", steadyText(service?.extraInfo ?? null));
  put(values, "banner", port.identity?.banner ?? null);
  put(values, "tls", port.identity?.tls ?? null);
  const certificate = port.identity?.certificate;
  put(values, "certificate", certificate === undefined ? null : certificateText(certificate));
  put(values, "ssh", port.identity?.ssh ?? null);
  put(values, "http_title", port.identity?.httpTitle ?? null);
  return values;
}

/** The service as the wire itself named it, or null: `tcpwrapped`, `?`, a table lookup or a weak guess is no answer. */
export function comparableService(service: ServiceObservation | null): ServiceObservation | null {
  if (service === null || service.method !== "probed" || service.confidence < TRUSTED_CONFIDENCE) return null;
  const name = service.name.trim();
  return NO_SERVICE.has(name) || name.endsWith("?") ? null : service;
}

// Identity, detection, learning and events all ask; an observation never changes.
const hostValues = new WeakMap<HostObservation, ReadonlyMap<HostField, string>>();

/** The comparable field values of one host that is up, canonical. */
export function hostFieldValues(observation: HostObservation): ReadonlyMap<HostField, string> {
  const known = hostValues.get(observation) ?? readHostFields(observation);
  hostValues.set(observation, known);
  return known;
}

function readHostFields(observation: HostObservation): ReadonlyMap<HostField, string> {
  const values = new Map<HostField, string>([["ip", observation.address]]);
  const { mac, os } = observation;
  put(values, "mac", mac !== null && macClass(mac) !== "virtual" ? mac : null);
  put(values, "name", observation.names[0]?.toLowerCase() ?? null);
  put(values, "os_family", os?.goodConditions === true ? os.families.toSorted().join(",") : null);
  put(values, "stack", os === null ? null : stackText(os.stack));
  put(values, "reason_ttl", initialTtl(observation));
  if (observation.allPortsOpen !== null) put(values, "all_ports_open", isRefuted(observation) ? null : "yes");
  else if (observation.coverage.some((c) => c.phase === "ports")) values.set("all_ports_open", "no");
  return values;
}

/** A second probe of a sample found most of them not open: whatever answered was not the host. */
export function isRefuted({ recheck }: HostObservation): boolean {
  return recheck !== undefined && recheck.other > recheck.same;
}

/** Which families a field is measured by. Empty: it does not depend on how nmap was called. */
const FAMILIES: Readonly<Record<PortField | HostField, readonly FieldFamily[]>> = {
  service: ["service"],
  product: ["service"],
  version: ["service"],
  extra_info: ["service"],
  banner: ["script:tripline-banner"],
  tls: ["script:ssl-cert"],
  certificate: ["script:ssl-cert"],
  ssh: ["script:ssh-hostkey"],
  http_title: ["script:http-title"],
  os_family: ["os"],
  stack: ["os"],
  reason_ttl: ["presence"],
  all_ports_open: ["presence"],
  ip: [],
  mac: [],
  name: [],
};

/** True when the field may not be compared in this cycle, because it is measured in another way than before. */
export function isRelearned(field: PortField | HostField, relearned: ReadonlySet<FieldFamily>): boolean {
  return FAMILIES[field].some((family) => relearned.has(family));
}

function serviceName(service: ServiceObservation): string {
  return service.tunnel === "ssl" ? `ssl/${service.name}` : service.name;
}

/** What carries a clock or a counter differs in every scan and says nothing. */
function steadyText(text: string | null): string | null {
  return text === null || /\d:\d\d|\d{6}/.test(text) ? null : text;
}

function exactVersion(version: string | null): string | null {
  return version === null || VERSION_RANGE.test(version) ? null : version;
}

/** Hosts of one system share their stack object, and it is asked for at every look. */
const stackTexts = new WeakMap<ReadonlyMap<string, string>, string>();

function stackText(stack: ReadonlyMap<string, string>): string | null {
  if (stack.size === 0) return null;
  const known = stackTexts.get(stack) ?? joinedFacts(stack);
  stackTexts.set(stack, known);
  return known;
}

function joinedFacts(stack: ReadonlyMap<string, string>): string {
  return [...stack]
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(";");
}

/** Systems start at 64, 128 or 255 and every router takes one: the class survives a changed path, the number does not. */
function initialTtl(observation: HostObservation): string | null {
  const ttls = observation.ports.flatMap((p) => (p.reason === "syn-ack" && p.reasonTtl ? [p.reasonTtl] : []));
  const classes = new Set(ttls.map((ttl) => (ttl <= 64 ? "64" : ttl <= 128 ? "128" : "255")));
  const [only] = classes;
  return classes.size === 1 && only !== undefined ? only : null;
}

function put<K>(values: Map<K, string>, key: K, value: string | null): void {
  const text = value?.trim() ?? "";
  if (text !== "") values.set(key, text);
}
