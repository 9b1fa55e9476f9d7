import { addressVersion, bracketed } from "../lib/ip.ts";

export const TRANSPORTS = ["tcp", "udp", "sctp"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** One endpoint on a host. */
export interface PortRef {
  readonly transport: Transport;
  readonly number: number;
}

/** The text form of an endpoint, used as subject and as map key: `tcp/4444`. */
export type PortKey = `${Transport}/${number}`;

export function portKey(port: PortRef): PortKey {
  return `${port.transport}/${port.number}`;
}

/** How people write it: `4444/tcp`. */
export function portText(port: PortRef): string {
  return `${port.number}/${port.transport}`;
}

/** The inverse of {@link portText}; null when the text is not a port. */
export function portRefOf(text: string): PortRef | null {
  const [number = "", transport = ""] = text.split("/");
  const port = parsePortKey(`${transport}/${number}`);
  return port !== null && port.number <= 65_535 && portText(port) === text ? port : null;
}

/** Where a service is, as people write it: `10.0.0.7:4444/tcp`, `[2001:db8::7]:4444/tcp`. */
export function endpointAt(address: string, port: PortRef): string {
  return `${bracketed(address)}:${portText(port)}`;
}

/** The inverse of {@link portKey}; null when the text is not a port key. */
export function parsePortKey(text: string): PortRef | null {
  const match = /^(tcp|udp|sctp)\/(\d{1,5})$/.exec(text);
  const transport = TRANSPORTS.find((name) => name === match?.[1]);
  return transport === undefined ? null : { transport, number: Number(match?.[2]) };
}

/**
 * Classes of ports that open with very different base rates; the class-wise prior is what keeps the score quiet.
 * The NodePort range is the default of Kubernetes, ephemeral the IANA dynamic range.
 */
export type PortClass = "well-known" | "registered" | "nodeport" | "ephemeral";

export function portClass(port: number): PortClass {
  if (port < 1024) return "well-known";
  if (port >= 30_000 && port <= 32_767) return "nodeport";
  return port >= 49_152 ? "ephemeral" : "registered";
}

/** From here on a registered number belongs to hardly any service that people know by its number. */
const HIGH = 10_000;

/**
 * Where openings are counted together: the class of the port, but of the registered numbers those that people give to
 * what they start (3000, 8080) apart from the many behind them, which almost nothing uses. A machine on which the first
 * come and go does not make the latter ordinary. On the lower side nmap's list of services has eight of nine names, and
 * seven eighths of what was found open.
 */
export function portRange(port: number): PortClass | "high" {
  const name = portClass(port);
  return name === "registered" && port >= HIGH ? "high" : name;
}

export function networkType(address: string): "ipv4" | "ipv6" {
  return addressVersion(address) === 4 ? "ipv4" : "ipv6";
}

/**
 * Upper case with hyphens as ECS wants it; null when the text is not a MAC address. nmap prints colons.
 */
export function canonicalMac(text: string): string | null {
  return /^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$/.test(text) ? text.toUpperCase().replaceAll(":", "-") : null;
}
