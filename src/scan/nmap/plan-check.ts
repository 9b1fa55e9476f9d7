import type { RunPlan } from "../../domain/scan-plan.ts";
import { MAX_ADDRESSES } from "../../domain/target.ts";
import { size } from "../../lib/intervals.ts";
import { addressVersion, canonicalAddress } from "../../lib/ip.ts";
import { hasGuarded } from "../plan/guard.ts";
import type { Privilege } from "./arguments.ts";

export interface PlanLimits {
  readonly privilege: Privilege;
  /** The configured scope, asked again for every address: nothing a plan says can widen it. */
  readonly inScope: (address: string) => boolean;
  readonly fragile: (address: string) => boolean;
}

/** Why this plan must not run, or null. The planner keeps these rules; the runner checks them again. */
export function planObstacle(plan: RunPlan, limits: PlanLimits): string | null {
  return idProblem(plan) ?? addressProblem(plan, limits) ?? portProblem(plan) ?? harmProblem(plan, limits);
}

/** The id becomes a folder name. */
function idProblem(plan: RunPlan): string | null {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(plan.cycleId)
    ? null
    : `cycle id ${JSON.stringify(plan.cycleId)} is not plain`;
}

function addressProblem(plan: RunPlan, limits: PlanLimits): string | null {
  if (plan.addresses.length === 0) return "no address to scan";
  if (plan.addresses.length > MAX_ADDRESSES) return `${plan.addresses.length} addresses in one run`;
  const odd = plan.addresses.find((address) => canonicalAddress(address) !== address);
  if (odd !== undefined) return `${JSON.stringify(odd)} is not a canonical address`;
  if (new Set(plan.addresses).size < plan.addresses.length) return "an address is listed twice";
  if (new Set(plan.addresses.map(addressVersion)).size > 1) return "IPv4 and IPv6 addresses in one run";
  const outside = plan.addresses.find((address) => !limits.inScope(address));
  return outside === undefined ? null : `${outside} is outside the configured targets`;
}

function portProblem(plan: RunPlan): string | null {
  const all = [...plan.ports.values()].flat();
  if (all.some(([from, to]) => !(Number.isInteger(from) && Number.isInteger(to) && from >= 1 && to <= 65_535))) {
    return "a port outside 1 to 65535";
  }
  return size(all) === 0 ? "no port to probe" : null;
}

function harmProblem(plan: RunPlan, limits: PlanLimits): string | null {
  const rawNeeded = plan.osDetection || plan.technique !== "connect";
  if (rawNeeded && limits.privilege === "connect")
    return `${plan.osDetection ? "OS detection" : plan.technique} needs raw sockets, which are not allowed here`;
  const sendsPayload = plan.versionIntensity !== null || plan.scripts.length > 0;
  if (sendsPayload && [...plan.ports.values()].some(hasGuarded)) return "a guarded port in a run that sends payload";
  const fragile = sendsPayload || plan.osDetection ? plan.addresses.find(limits.fragile) : undefined;
  return fragile === undefined ? null : `fragile host ${fragile} in a run that does more than ask for states`;
}
