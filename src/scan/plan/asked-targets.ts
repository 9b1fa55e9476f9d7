import type { AskedTargets } from "../../domain/ports/scan-source.ts";
import { addressTest } from "../../domain/target.ts";
import type { TargetPlan } from "../../domain/target-plan.ts";
import { cidrCover, formatCidr } from "../../lib/ip.ts";

/**
 * What this cycle asks, to be remembered: what is asked for the first time next month was there all along. A name is
 * remembered as a name, because it may stand for another machine then, and that is news.
 */
export function askedTargets(
  targets: readonly string[],
  { addresses, pinned }: Pick<TargetPlan, "addresses" | "pinned">,
): AskedTargets {
  const isListed = addressTest(targets);
  return { networks: cidrCover(addresses.filter(isListed)).map(formatCidr), names: pinned };
}
