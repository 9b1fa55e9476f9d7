import type { HostRef } from "../domain/deviation.ts";
import { canonicalMac, networkType, type PortRef } from "../domain/network.ts";
import { bracketed } from "../lib/ip.ts";
import type { Branch } from "./tree.ts";
import type { EventContext } from "./context.ts";

/** The one host and port an event is about. */
export interface Subject {
  readonly host: HostRef;
  readonly port: PortRef | null;
  /** nmap's best guess of the system, for people. */
  readonly osName: string | null;
}

/** What is known of the service behind the port. */
export interface ServiceFacts {
  readonly name: string | null;
  readonly product: string | null;
  readonly version: string | null;
  readonly state: string | null;
}

/** `host`: the scanned one; its name is the address where it has none, because streams are sorted by it. */
export function hostBranch(subject: Subject): Branch {
  const { host } = subject;
  return {
    id: host.id,
    name: host.name ?? host.address,
    ip: [host.address],
    mac: [macOf(host)],
    os: osBranch(host.osFamily, subject.osName),
  };
}

/** `server`, and the same again as `destination`: ECS wants the role, Kibana's network pages read the direction. */
export function endpointBranches(subject: Subject): Branch {
  const { host, port } = subject;
  const endpoint = {
    ip: host.address,
    port: port?.number,
    address: host.address,
    domain: host.name,
  };
  return { server: endpoint, destination: endpoint };
}

/** `source`: our own address, unless the packets had to leave from one of the other family that is not known. */
export function sourceBranch({ vantage: { sourceAddress } }: EventContext, to: string | null): Branch {
  const other = sourceAddress !== null && to !== null && networkType(sourceAddress) !== networkType(to);
  return { ip: other ? null : sourceAddress };
}

/** Of a group there is no one address: the vantage's says the version, the common port the transport. */
export function networkBranch(
  context: EventContext,
  at: { readonly address: string | null; readonly port: PortRef | null },
  service: string | null,
): Branch {
  const address = at.address ?? context.vantage.sourceAddress;
  return {
    transport: at.port?.transport,
    protocol: protocolOf(service),
    type: address === null ? null : networkType(address),
    direction: "internal",
    name: context.vantage.segment,
  };
}

/** `service`; empty for events that are about a host, without an address for those about a group. */
export function serviceBranch(address: string | null, port: PortRef | null, facts: ServiceFacts): Branch {
  if (port === null) return {};
  return {
    name: facts.name ?? (address === null ? null : "unknown"),
    type: productSlug(facts.product),
    version: facts.version,
    state: facts.state,
    address: address === null ? null : endpointText(address, port),
  };
}

function endpointText(address: string, port: PortRef): string {
  return `${bracketed(address)}:${port.number}`;
}

/** nmap writes `ssl/http` for what everybody calls https. */
function protocolOf(service: string | null): string | null {
  if (service === null || service === "unknown") return null;
  const name = service.toLowerCase();
  return name === "ssl/http" ? "https" : name.replace(/^ssl\//, "");
}

/** `Microsoft IIS httpd` → `microsoft-iis-httpd`. */
function productSlug(product: string | null): string | null {
  if (product === null) return null;
  return product
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

function macOf(host: HostRef): string | null {
  return host.mac === null ? null : canonicalMac(host.mac);
}

// ECS knows six types; routers and printers go to `os.full`.
const OS_TYPES: readonly (readonly [family: RegExp, type: string])[] = [
  [/^linux$/, "linux"],
  [/^windows/, "windows"],
  [/^(mac ?os|os x|macos)/, "macos"],
  [/^ios$/, "ios"],
  [/^android$/, "android"],
  [/^(freebsd|openbsd|netbsd|solaris|aix|hp-ux|unix)/, "unix"],
];

/** One family is a fact; several are a list of candidates and only worth a text. */
function osBranch(families: string | null, full: string | null): Branch {
  const [family, ...others] = (families ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (family === undefined) return { full };
  if (others.length > 0) return { full: full ?? families };
  const type = OS_TYPES.find(([pattern]) => pattern.test(family.toLowerCase()))?.[1];
  return { family: family.toLowerCase(), name: family, full, type };
}
