import type { Profile } from "../../domain/scan-plan.ts";
import { formatIntervals } from "../../lib/intervals.ts";
import { sha256Hex } from "../../lib/hash.ts";
import type { CyclePlanInput } from "./plan.ts";

/** What decides the shards of a cycle and how they are measured, whatever the memory of the hosts says. */
export interface PlanInputs extends Pick<CyclePlanInput, "addresses" | "ports" | "fragile" | "technique" | "pace"> {
  readonly profile: Profile;
  readonly shardSize: number | null;
  readonly scripts: readonly string[];
  readonly osDetection: boolean;
  /** Where scans come from. */
  readonly vantage: string;
  /** Digest of nmap, its databases and our scripts: results of two versions must not meet in one cycle. */
  readonly tools: string;
}

/**
 * Two cycles with the same digest cut the same addresses into the same shards and measure them alike, so one may
 * continue where the other was interrupted. Known and declared ports are left out: they only add to the list of a
 * shard.
 */
export function planDigest(inputs: PlanInputs): string {
  const { profile, technique, pace, shardSize, osDetection, vantage, tools } = inputs;
  const ports = [...inputs.ports]
    .map(([transport, intervals]) => `${transport}:${formatIntervals(intervals)}`)
    .toSorted();
  const lists = [inputs.addresses, ports, [...inputs.fragile].toSorted(), inputs.scripts.toSorted()];
  return sha256Hex(JSON.stringify([profile, technique, pace, shardSize, osDetection, vantage, tools, ...lists]));
}
