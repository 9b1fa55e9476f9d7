import { z } from "zod";
import { findExecutable, runProcess } from "../../lib/child-process.ts";
import { addressVersion } from "../../lib/ip.ts";
import { hasIpv6, NO_IPV6 } from "./own-addresses.ts";
import { type Route, routesTo } from "./routes.ts";

/**
 * Why the addresses of a run cannot be asked from here, or null. nmap itself says nothing of it: with raw sockets it
 * skips such targets and ends with success, without them it calls every one of them down.
 */
export async function ipv6Obstacle(addresses: readonly string[]): Promise<string | null> {
  if (addresses.every((address) => addressVersion(address) === 4) || hasIpv6()) return null;
  const routes = await routesTo(addresses);
  if (routes.some((route) => route.reachable)) return null;
  const what = addresses.length === 1 ? `${addresses[0]}` : `${addresses.length} IPv6 addresses`;
  return `${NO_IPV6}: ${what} cannot be asked (tripline doctor: TL128)`;
}

const addressList = z.array(z.object({ addr_info: z.array(z.object({ temporary: z.boolean().optional() })) }));

/** Routes that leave from an address which the kernel replaces every day (RFC 8981). */
export async function temporarySources(routes: readonly Route[]): Promise<readonly string[]> {
  const sources = routes.flatMap(({ source }) => (source !== null && addressVersion(source) === 6 ? [source] : []));
  const asked = await Promise.all([...new Set(sources)].map(async (one) => ((await isTemporary(one)) ? [one] : [])));
  return asked.flat();
}

async function isTemporary(address: string): Promise<boolean> {
  const ip = findExecutable("ip");
  if (ip === null) return false;
  const args = ["-j", "addr", "show", "to", address];
  const limits = { deadlineMs: 5000, outputCapBytes: 16_384 };
  const { stdout } = await runProcess({ file: ip, args, cwd: "/", env: { LANG: "C" }, ...limits });
  try {
    return addressList.parse(JSON.parse(stdout)).some((link) => link.addr_info.some((one) => one.temporary === true));
  } catch {
    return false;
  }
}
