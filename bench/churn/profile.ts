import type { Profile } from "../../src/domain/scan-plan.ts";
import type { World } from "./types.ts";

/** Once a day everything is fingerprinted again, operating systems included: in the scan after noon. */
export function profileOf({ scansPerDay }: Pick<World, "scansPerDay">, n: number): Profile {
  return n % scansPerDay === Math.floor(scansPerDay / 2) ? "deep" : "ports";
}
