import type { HostBaseline, PortBaseline } from "./baseline.ts";
import type { PortField } from "./fields/port.ts";
import { macClass } from "./mac.ts";
import { portClass, portKey, type PortKey } from "./network.ts";
import { isAlwaysOn, isSleeper, type Rhythm } from "./rhythm.ts";

/**
 * What a host is for. It decides what its absence is worth and whose habits are its peers'. On equal evidence the
 * earlier one wins: what says more comes first.
 */
export const HOST_ROLES = ["kubernetes-node", "printer", "iot", "phone", "server", "workstation"] as const;
export type HostRole = (typeof HOST_ROLES)[number] | "unknown";

const CARRIED: ReadonlySet<HostRole> = new Set<HostRole>(["workstation", "phone"]);

/** Machines that are carried around and switched off: they change their network cards and addresses by themselves. */
export function isCarried(role: HostRole): boolean {
  return CARRIED.has(role);
}

/** Everything a role is inferred from. Only what is normal counts: a new listener does not make a server. */
interface Traits {
  readonly ports: ReadonlySet<PortKey>;
  readonly numbers: readonly number[];
  /** Names of services and products, lower case. */
  readonly services: string;
  readonly families: readonly string[];
  readonly mac: string | null;
  readonly rhythm: Rhythm;
}

interface Clue {
  readonly role: (typeof HOST_ROLES)[number];
  readonly weight: number;
  readonly shows: (traits: Traits) => boolean;
}

/** Weaker evidence than this is a guess. */
const ENOUGH = 2;

// A table reads by the line: ports as registered with IANA or documented by their makers.
// biome-ignore format: a table reads by the line
const CLUES: readonly Clue[] = [
  { role: "kubernetes-node", weight: 8, shows: anyOf("tcp/10250") },
  { role: "kubernetes-node", weight: 4, shows: anyOf("tcp/6443", "tcp/10256", "tcp/10257", "tcp/10259") },
  { role: "kubernetes-node", weight: 6, shows: says(/\bkube(?:let|-proxy|rnetes)?\b/) },
  { role: "printer", weight: 6, shows: allOf(anyOf("tcp/9100"), anyOf("tcp/515", "tcp/631")) },
  { role: "printer", weight: 4, shows: allOf(anyOf("tcp/9100"), noneOf("tcp/22", "tcp/445", "tcp/3389")) },
  { role: "printer", weight: 3, shows: allOf(anyOf("tcp/515"), noneOf("tcp/22", "tcp/445")) },
  { role: "printer", weight: 5, shows: says(/jetdirect|laserjet|officejet|\bprinter\b|pagescope|imagerunner|bizhub|ecosys/) },
  { role: "iot", weight: 4, shows: anyOf("tcp/554", "tcp/8554", "tcp/37777", "tcp/34567") },
  { role: "iot", weight: 3, shows: anyOf("tcp/1883", "tcp/8883", "udp/5683") },
  { role: "iot", weight: 5, shows: anyOf("tcp/102", "tcp/502", "udp/47808", "tcp/44818", "tcp/20000") },
  { role: "iot", weight: 1, shows: anyOf("tcp/23", "tcp/1900", "udp/1900", "tcp/5000") },
  { role: "iot", weight: 4, shows: says(/hikvision|dahua|\baxis\b|webcam|ip camera|\bdvr\b|\bnvr\b|goahead|rompager|\bboa\b|lwip|espressif|tasmota|\brtsp\b|\bmqtt\b/) },
  { role: "iot", weight: 3, shows: isFamily("embedded", "lwIP", "VxWorks", "ThreadX", "FreeRTOS") },
  { role: "phone", weight: 8, shows: anyOf("tcp/62078") },
  { role: "phone", weight: 6, shows: isFamily("iOS", "Android", "iPhone OS") },
  { role: "phone", weight: 3, shows: (host) => host.numbers.length === 0 && host.mac !== null && macClass(host.mac) === "local" },
  { role: "server", weight: 2, shows: anyOf("tcp/22") },
  { role: "server", weight: 3, shows: anyOf("tcp/80", "tcp/443", "tcp/8080", "tcp/8443") },
  { role: "server", weight: 4, shows: anyOf("tcp/25", "tcp/110", "tcp/143", "tcp/465", "tcp/587", "tcp/993", "tcp/995") },
  { role: "server", weight: 4, shows: anyOf("tcp/53", "udp/53", "udp/67") },
  { role: "server", weight: 5, shows: anyOf("tcp/88", "tcp/389", "tcp/464", "tcp/636", "tcp/3268") },
  { role: "server", weight: 5, shows: anyOf("tcp/1433", "tcp/1521", "tcp/3306", "tcp/5432", "tcp/6379", "tcp/9200", "tcp/11211", "tcp/27017", "tcp/50000") },
  { role: "server", weight: 3, shows: anyOf("tcp/111", "tcp/2049", "tcp/873", "tcp/3260", "tcp/9092", "tcp/5672", "tcp/2181", "tcp/9090") },
  { role: "server", weight: 2, shows: anyOf("tcp/21", "tcp/5985", "tcp/5986", "tcp/8006", "tcp/9443") },
  { role: "server", weight: 1, shows: anyOf("tcp/3389") },
  { role: "server", weight: 1, shows: isFamily("Linux", "FreeBSD", "OpenBSD", "NetBSD", "Solaris", "AIX", "HP-UX") },
  { role: "server", weight: 3, shows: allOf((host) => isAlwaysOn(host.rhythm), (host) => host.numbers.length > 0) },
  { role: "workstation", weight: 3, shows: anyOf("tcp/135", "tcp/139", "tcp/445") },
  { role: "workstation", weight: 2, shows: allOf(anyOf("tcp/135"), (host) => host.numbers.some((number) => portClass(number) === "ephemeral")) },
  { role: "workstation", weight: 3, shows: anyOf("tcp/7680", "tcp/5040", "tcp/5357", "tcp/3283", "tcp/7000") },
  { role: "workstation", weight: 1, shows: isFamily("Windows") },
  { role: "workstation", weight: 4, shows: isFamily("macOS", "Mac OS X", "Mac OS", "Chrome OS") },
  { role: "workstation", weight: 7, shows: (host) => isSleeper(host.rhythm) },
];

/** The role of a host as its normal ports, products, system, MAC address and rhythm suggest it. */
export function roleOf(host: HostBaseline): HostRole {
  const traits = traitsOf(host);
  const shown = CLUES.filter((clue) => clue.shows(traits));
  const weighed = HOST_ROLES.map((role) => ({
    role,
    weight: shown.reduce((sum, clue) => sum + (clue.role === role ? clue.weight : 0), 0),
  }));
  const best = weighed.reduce((first, next) => (next.weight > first.weight ? next : first));
  return best.weight >= ENOUGH ? best.role : "unknown";
}

/** What the operator says of a host wins over what it looks like. */
export function hostRole(host: HostBaseline, said: ((address: string) => HostRole | null) | undefined): HostRole {
  return said?.(host.address) ?? roleOf(host);
}

function traitsOf(host: HostBaseline): Traits {
  const normal = [...host.ports.values()].filter((port) => port.reference === "open");
  return {
    ports: new Set(normal.map(portKey)),
    numbers: normal.map((port) => port.number),
    services: normal.map(servicesOf).join("\n").toLowerCase(),
    families: (host.fields.get("os_family")?.value ?? "").split(","),
    mac: host.fields.get("mac")?.value ?? null,
    rhythm: host.rhythm ?? {},
  };
}

const NAMING = ["service", "product", "extra_info"] as const satisfies readonly PortField[];

function servicesOf({ fields }: PortBaseline): string {
  return NAMING.flatMap((field) => fields.get(field)?.value ?? []).join(" ");
}

function anyOf(...keys: readonly PortKey[]): Clue["shows"] {
  return ({ ports }) => keys.some((key) => ports.has(key));
}

function noneOf(...keys: readonly PortKey[]): Clue["shows"] {
  return ({ ports }) => !keys.some((key) => ports.has(key));
}

function allOf(...conditions: readonly Clue["shows"][]): Clue["shows"] {
  return (traits) => conditions.every((shows) => shows(traits));
}

/** The words that nmap uses for a product, anywhere on the host. */
function says(words: RegExp): Clue["shows"] {
  return ({ services }) => words.test(services);
}

/** nmap's names; the case tells Apple's iOS from Cisco's IOS. */
function isFamily(...families: readonly string[]): Clue["shows"] {
  return (traits) => traits.families.some((family) => families.includes(family));
}
