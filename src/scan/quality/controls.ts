import type { RouteLook, VantageControl, VantageLook } from "../../domain/vantage.ts";

/**
 * The controls of one cycle, from how the vantage looked before and after it. None for recorded scans: a file does not
 * tell what its sensor was like.
 */
export function controlsOf(looks: readonly VantageLook[]): readonly VantageControl[] {
  if (looks.length === 0) return [];
  const routes = looks.map((look) => look.routes);
  return [linkControl(routes.flat()), routeControl(routes), gatewayControl(routes.flat()), selfTestControl(looks)];
}

function linkControl(routes: readonly RouteLook[]): VantageControl {
  const lost = routes.find((route) => !route.reachable);
  if (lost !== undefined) return failed("link", `no route to ${lost.to}`);
  const down = routes.find((route) => route.linkUp === false);
  if (down !== undefined) return failed("link", `${down.device} is down`);
  const known = routes.some((route) => route.linkUp !== null);
  return known ? ok("link") : notApplicable("link", "this system does not tell");
}

/** Scans that left through two routes see two networks. */
function routeControl(routes: readonly (readonly RouteLook[])[]): VantageControl {
  const [before = [], ...later] = routes;
  if (before.every((route) => route.device === null)) return notApplicable("route", "this system does not tell");
  const now = new Map(later.flat().map((route) => [route.to, route]));
  const changed = before.find((route) => {
    const other = now.get(route.to);
    return other !== undefined && wayOf(other) !== wayOf(route);
  });
  if (changed === undefined) return ok("route");
  const other = now.get(changed.to);
  return failed(
    "route",
    `${changed.to} was reached by ${wayOf(changed)}, now by ${other === undefined ? "?" : wayOf(other)}`,
  );
}

function wayOf({ device, source, gateway }: RouteLook): string {
  return `${device ?? "?"} from ${source ?? "?"}${gateway === null ? "" : ` through ${gateway}`}`;
}

function gatewayControl(routes: readonly RouteLook[]): VantageControl {
  const routed = routes.filter((route) => route.gateway !== null);
  if (routed.length === 0) return notApplicable("gateway", "all targets are on the local link");
  const silent = routed.find((route) => route.gatewayState === "silent");
  if (silent !== undefined) return failed("gateway", `${silent.gateway} does not answer on ${silent.device}`);
  const answers = routed.some((route) => route.gatewayState === "answers");
  return answers ? ok("gateway") : notApplicable("gateway", "this system does not tell");
}

function selfTestControl(looks: readonly VantageLook[]): VantageControl {
  const all = looks.map((look) => look.selfTest);
  const [first] = all;
  return all.find((control) => control.result === "failed") ?? first ?? notApplicable("self-test", "never asked");
}

function ok(name: VantageControl["name"]): VantageControl {
  return { name, result: "ok", detail: null };
}

function failed(name: VantageControl["name"], detail: string): VantageControl {
  return { name, result: "failed", detail };
}

function notApplicable(name: VantageControl["name"], detail: string): VantageControl {
  return { name, result: "not-applicable", detail };
}
