import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { z } from "zod";
import { findExecutable, runProcess } from "../../lib/child-process.ts";
import { canonicalMac } from "../../domain/network.ts";
import { canonicalAddress, cidrContains, parseCidr } from "../../lib/ip.ts";
import { okCheck, type PreflightCheck, problem } from "./check.ts";

/** How this machine reaches one address; `null` fields where nobody could tell. */
export interface Route {
  readonly to: string;
  readonly device: string | null;
  /** The address our packets carry: part of the vantage. */
  readonly source: string | null;
  readonly sourceMac: string | null;
  /** Null = on the local link: ARP and MAC addresses are visible. */
  readonly gateway: string | null;
  readonly reachable: boolean;
}

const routeSchema = z.array(
  z.object({ dev: z.string().optional(), prefsrc: z.string().optional(), gateway: z.string().optional() }),
);
/** One address per neighbourhood is asked, and not more than this many. */
const MOST_QUESTIONS = 16;

/** Asks the kernel's routing table, once per /24 (IPv6: per first half of the address). */
export async function routesTo(addresses: readonly string[]): Promise<readonly Route[]> {
  const samples = [...new Map(addresses.toReversed().map((address) => [neighbourhood(address), address])).values()];
  const ip = findExecutable("ip");
  const routes: Route[] = [];
  for (const address of samples.toReversed().slice(0, MOST_QUESTIONS)) routes.push(await routeTo(address, ip));
  return routes;
}

function neighbourhood(address: string): string {
  const separator = address.includes(":") ? ":" : ".";
  return address
    .split(separator)
    .slice(0, separator === ":" ? 4 : 3)
    .join(separator);
}

async function routeTo(address: string, ip: string | null): Promise<Route> {
  const unknown = { to: address, device: null, gateway: null, reachable: true, ...nearest(address) };
  if (ip === null) return unknown;
  const args = ["-j", "route", "get", address];
  const result = await runProcess({
    file: ip,
    args,
    cwd: "/",
    env: { LANG: "C" },
    deadlineMs: 5000,
    outputCapBytes: 16_384,
  });
  // Only the kernel's own words count: the `ip` of busybox fails because it does not know the option.
  if (result.exitCode !== 0)
    return /RTNETLINK|unreachable/i.test(result.stderr)
      ? { ...unknown, source: null, sourceMac: null, reachable: false }
      : unknown;
  const route = parseRoute(result.stdout);
  if (route === null) return unknown;
  const source = route.prefsrc === undefined ? null : canonicalAddress(route.prefsrc);
  const device = route.dev ?? null;
  return { ...unknown, device, source, sourceMac: macOf(device), gateway: route.gateway ?? null };
}

/** Where the system has no `ip`: the own address in the network of the target, else the first one that leads out. */
function nearest(target: string): Pick<Route, "source" | "sourceMac"> {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const near = own.find(({ cidr }) => {
    const network = cidr === null ? null : parseCidr(cidr);
    return network !== null && cidrContains(network, target);
  });
  const outward = near ?? own.find((one) => !one.internal && one.family === "IPv4");
  const sourceMac = outward === undefined || outward.internal ? null : canonicalMac(outward.mac);
  return { source: outward?.address ?? null, sourceMac };
}

function parseRoute(text: string): z.infer<typeof routeSchema>[number] | null {
  try {
    return routeSchema.parse(JSON.parse(text))[0] ?? null;
  } catch {
    return null;
  }
}

/** Upper case with hyphens, as everywhere; null for loopback. */
function macOf(device: string | null): string | null {
  const mac = (device === null ? undefined : networkInterfaces()[device])?.[0]?.mac;
  return mac === undefined || mac === "00:00:00:00:00:00" ? null : canonicalMac(mac);
}

export function routeChecks(routes: readonly Route[]): readonly PreflightCheck[] {
  return routes.map((route) => {
    if (!route.reachable) return noRoute(route);
    const via = route.gateway === null ? "on the local link" : `through ${route.gateway}`;
    const detail = `${route.to}: ${route.device ?? "?"} from ${route.source ?? "?"}, ${via}`;
    return route.gateway !== null && insideContainer() ? bridged(detail) : okCheck("route", detail);
  });
}

function noRoute(route: Route): PreflightCheck {
  const effect = "every host there looks absent from this machine";
  const fix = "check the network of this machine, or move the agent";
  return problem("route", `no route to ${route.to}`, { state: "error", effect, fix, code: "TL109" });
}

function bridged(detail: string): PreflightCheck {
  const effect = "the targets are behind a container bridge: no ARP, MAC addresses are invisible";
  return problem("route", detail, {
    state: "warn",
    effect,
    fix: "run the container with --network host",
    code: "TL110",
  });
}

function insideContainer(): boolean {
  return existsSync("/.dockerenv") || existsSync("/run/.containerenv");
}
