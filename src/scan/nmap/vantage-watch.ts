import { readFileSync } from "node:fs";
import type { VantageWatch } from "../../domain/ports/vantage-watch.ts";
import type { RouteLook, VantageControl, VantageLook } from "../../domain/vantage.ts";
import { addressVersion } from "../../lib/ip.ts";
import { askSelfTest, type SelfTestOptions, notApplicable } from "./self-test.ts";
import { lookAtGateway } from "./neighbour.ts";
import { type Route, routesTo } from "./routes.ts";

export interface WatchOptions extends SelfTestOptions {
  /** The targets: one of each neighbourhood is looked at. */
  readonly addresses: readonly string[];
  /** These addresses are never probed, not even our own. */
  readonly excluded: (address: string) => boolean;
}

/** The vantage as this machine sees it: only the self-test sends packets. */
export function createVantageWatch(options: WatchOptions): VantageWatch {
  return {
    async look(signal): Promise<VantageLook> {
      const routes: RouteLook[] = [];
      for (const route of await routesTo(options.addresses)) routes.push(await lookAtRoute(route, signal));
      return { routes, selfTest: await selfTestOf(routes, options, signal) };
    },
  };
}

async function lookAtRoute(route: Route, signal: AbortSignal): Promise<RouteLook> {
  const { to, device, gateway } = route;
  const hop =
    gateway === null || device === null
      ? { state: null, mac: null }
      : await lookAtGateway(gateway, { target: to, device, signal });
  return { ...route, linkUp: linkUp(device), gatewayState: hop.state, gatewayMac: hop.mac };
}

const DOWN: ReadonlySet<string> = new Set(["down", "lowerlayerdown", "notpresent", "dormant"]);

/** Loopback and tunnels say `unknown`: they are up as long as they exist. Null where the system does not say. */
function linkUp(device: string | null): boolean | null {
  if (device === null || !/^[\w.:@-]{1,15}$/.test(device)) return null;
  try {
    return !DOWN.has(readFileSync(`/sys/class/net/${device}/operstate`, "utf8").trim());
  } catch {
    return null;
  }
}

/** One self-test for each family that is scanned: the two have their own rights, filters and routes in the kernel. */
async function selfTestOf(
  routes: readonly RouteLook[],
  options: WatchOptions,
  signal: AbortSignal,
): Promise<VantageControl> {
  const asked: VantageControl[] = [];
  for (const version of [4, 6] as const) {
    const first = routes.find((route) => addressVersion(route.to) === version);
    if (first !== undefined) asked.push(await selfTestOn(first, options, signal));
  }
  const failed = asked.find((control) => control.result === "failed");
  const ok = asked.find((control) => control.result === "ok");
  return failed ?? ok ?? asked[0] ?? notApplicable("the own address is not known");
}

function selfTestOn(
  route: RouteLook,
  options: WatchOptions,
  signal: AbortSignal,
): Promise<VantageControl> | VantageControl {
  const { source, device } = route;
  if (source === null) return notApplicable("the own address is not known");
  if (device === "lo") return notApplicable("the targets are on this machine");
  if (options.excluded(source)) return notApplicable("the own address is excluded");
  return askSelfTest(source, options, signal);
}
