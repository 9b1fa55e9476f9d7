import { readTarget } from "../../domain/target.ts";
import type { TargetPlan, TargetRefusal } from "../../domain/target-plan.ts";
import { cidrAddresses } from "../../lib/ip.ts";
import { err, ok, type Result } from "../../lib/result.ts";

/** The plan for some of its addresses only. What is outside the configured scope is refused, never added. */
export function narrowTargets(
  plan: TargetPlan,
  wanted: readonly string[],
): Result<TargetPlan, readonly TargetRefusal[]> {
  const read = wanted.map((text) => ({ text, result: addressesOf(text, plan) }));
  const refusals = read.flatMap(({ text, result }) => (result.ok ? [] : [{ text, reason: result.error }]));
  if (refusals.length > 0) return err(refusals);
  const asked = new Set(read.flatMap(({ result }) => (result.ok ? result.value : [])));
  const addresses = plan.addresses.filter((address) => asked.has(address));
  if (addresses.length === 0) return err([{ text: wanted.join(", "), reason: "all of its addresses are excluded" }]);
  return ok({ ...plan, addresses, unmeasured: [] });
}

function addressesOf(text: string, plan: TargetPlan): Result<readonly string[], string> {
  const read = readTarget(text);
  if (!read.ok) return read;
  const pinned = read.value.kind === "name" ? plan.pinned.get(read.value.name) : undefined;
  if (read.value.kind === "name") return pinned === undefined ? err(NOT_A_TARGET) : ok(pinned);
  const addresses = read.value.networks.flatMap((network) => [...cidrAddresses(network)]);
  const outside = addresses.find((address) => !plan.scope.has(address));
  return outside === undefined ? ok(addresses) : err(`${outside} is outside the configured targets`);
}

const NOT_A_TARGET = "not among the configured targets, or it does not resolve now";
