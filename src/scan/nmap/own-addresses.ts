import { networkInterfaces } from "node:os";
import { canonicalMac } from "../../domain/network.ts";
import { addressVersion, cidrContains, parseCidr } from "../../lib/ip.ts";

export const NO_IPV6 = "this machine has no IPv6 address";

type Interfaces = ReturnType<typeof networkInterfaces>;

/** Whether this machine has an IPv6 address that leads beyond it: neither loopback nor link-local. */
export function hasIpv6(interfaces: Interfaces = networkInterfaces()): boolean {
  return allOf(interfaces).some((one) => one.family === "IPv6" && leadsOut(one));
}

export interface Nearest {
  /** Null: the target is in no network of this machine, and which way leads to it only a routing table knows. */
  readonly device: string | null;
  readonly source: string | null;
  readonly sourceMac: string | null;
}

/** Where the system has no `ip`: the own address in the network of the target, else the first one that leads out. */
export function nearest(target: string, interfaces: Interfaces = networkInterfaces()): Nearest {
  const family = addressVersion(target) === 4 ? "IPv4" : "IPv6";
  const own = allOf(interfaces).filter((one) => one.family === family);
  const near = own.find(({ cidr }) => {
    const network = cidr === null ? null : parseCidr(cidr);
    return network !== null && cidrContains(network, target);
  });
  const outward = near ?? own.find(leadsOut);
  const sourceMac = outward === undefined || outward.internal ? null : canonicalMac(outward.mac);
  return { device: near?.device ?? null, source: outward?.address ?? null, sourceMac };
}

/** Upper case with hyphens, as everywhere; null for loopback. */
export function macOf(device: string | null): string | null {
  const mac = (device === null ? undefined : networkInterfaces()[device])?.[0]?.mac;
  return mac === undefined || mac === "00:00:00:00:00:00" ? null : canonicalMac(mac);
}

function allOf(interfaces: Interfaces) {
  return Object.entries(interfaces).flatMap(([device, list = []]) => list.map((one) => ({ ...one, device })));
}

/** A scope id marks link-local addresses. */
function leadsOut(one: ReturnType<typeof allOf>[number]): boolean {
  return !one.internal && (one.family === "IPv4" || one.scopeid === 0);
}
