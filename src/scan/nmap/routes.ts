import { existsSync } from "node:fs";
import { z } from "zod";
import { findExecutable, runProcess } from "../../lib/child-process.ts";
import { addressVersion, canonicalAddress, parseCidr } from "../../lib/ip.ts";
import { hasIpv6, macOf, nearest, NO_IPV6 } from "./own-addresses.ts";
import { okCheck, type PreflightCheck, problem } from "./check.ts";

/** How this machine reaches one address; `null` fields where it is unknown. */
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
  z.object({
    dev: z.string().optional(),
    prefsrc: z.string().optional(),
    gateway: z.string().optional(),
    // An IPv4 route through an IPv6 neighbour.
    via: z.object({ host: z.string() }).optional(),
  }),
);
/** One address per neighbourhood is asked, and not more than this many of each family. */
const MOST_QUESTIONS = 16;

/** Asks the kernel's routing table, once per /24 (IPv6: per /64). */
export async function routesTo(addresses: readonly string[]): Promise<readonly Route[]> {
  const first = [...new Map(addresses.toReversed().map((address) => [neighbourhood(address), address])).values()];
  const samples = first.toReversed();
  const families = ([4, 6] as const).map((version) => samples.filter((one) => addressVersion(one) === version));
  const ip = findExecutable("ip");
  const routes: Route[] = [];
  for (const address of families.flatMap((family) => family.slice(0, MOST_QUESTIONS))) {
    routes.push(await routeTo(address, ip));
  }
  return routes;
}

/** An IPv6 text may be shortened anywhere, so it is cut as a number. */
function neighbourhood(address: string): string {
  if (addressVersion(address) === 4) return address.split(".").slice(0, 3).join(".");
  return parseCidr(`${address}/64`)?.base ?? address;
}

async function routeTo(address: string, ip: string | null): Promise<Route> {
  const own = nearest(address);
  const spoken = addressVersion(address) === 4 || own.source !== null;
  const unknown = { to: address, gateway: null, reachable: spoken, ...own };
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
  const gateway = route.gateway ?? route.via?.host ?? null;
  return { ...unknown, device, source, sourceMac: macOf(device), gateway };
}

function parseRoute(text: string): z.infer<typeof routeSchema>[number] | null {
  try {
    return routeSchema.parse(JSON.parse(text))[0] ?? null;
  } catch {
    return null;
  }
}

export function routeChecks(routes: readonly Route[], ipv6 = hasIpv6()): readonly PreflightCheck[] {
  const silent = ipv6 ? [] : routes.filter((route) => !route.reachable && addressVersion(route.to) === 6);
  const others = routes.filter((route) => !silent.includes(route)).map(routeCheck);
  return silent.length === 0 ? others : [...others, noIpv6(silent)];
}

function routeCheck(route: Route): PreflightCheck {
  if (!route.reachable) return noRoute(route);
  const via = route.gateway === null ? "on the local link" : `through ${route.gateway}`;
  const detail = `${route.to}: ${route.device ?? "?"} from ${route.source ?? "?"}, ${via}`;
  return route.gateway !== null && insideContainer() ? bridged(detail) : okCheck("route", detail);
}

/** One cause, reported once and not for every network. */
function noIpv6([first, ...more]: readonly Route[]): PreflightCheck {
  const where = `${first?.to ?? "?"}${more.length === 0 ? "" : ` and ${more.length} more networks`}`;
  return problem("ipv6", `${NO_IPV6}, but targets name ${where}`, {
    state: "error",
    effect: "IPv6 targets are not scanned: every scan that has some is partial or failed",
    fix: "give this machine an IPv6 address and a route (a container: an IPv6 network), or remove the targets",
    code: "TL128",
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
