import type { WorldHost } from "../../types.ts";
import type { Stage } from "../labels/place.ts";
import { NOTHING, type Planned } from "../plan.ts";
import type { VariantRow } from "../variants.ts";
import { massChange } from "./mass-change.ts";
import { synProxy } from "./syn-proxy.ts";
import { tarpit } from "./tarpit.ts";
import { worm } from "./worm.ts";

/** What makes a world exceptional. */
export interface Special extends Planned {
  /** What stands between the scanner and the segment in scan `n`. */
  readonly inBetween: (hosts: readonly WorldHost[], n: number) => readonly WorldHost[];
}

export function special(stage: Stage, { special: name, tcp }: VariantRow, addresses: readonly string[]): Special {
  const inBetween: Special["inBetween"] = (hosts) => hosts;
  switch (name) {
    case "syn-proxy":
      return synProxy(stage, tcp, addresses);
    case "tarpit":
      return { ...tarpit(stage, tcp), inBetween };
    case "worm":
      return { ...worm(stage), inBetween };
    case "half-change":
      return { ...massChange(stage), inBetween };
    case null:
      return { ...NOTHING, inBetween };
  }
}
