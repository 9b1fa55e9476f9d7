import type { WorldOs, WorldPort } from "../../types.ts";
import type { Fleet } from "../fleet.ts";
import type { Random } from "../random.ts";
import type { VendorName } from "../macs.ts";

/** What a machine of a role is made of. */
export interface Blueprint {
  readonly name: string | null;
  readonly vendor: VendorName | "randomised";
  readonly ports: readonly WorldPort[];
  readonly os: WorldOs | null;
  readonly windows: boolean;
  readonly leased: boolean;
}

/** What a blueprint is drawn from. */
export interface Draw {
  /** Who it is, also the key of everything that is its own. */
  readonly truth: string;
  readonly n: number;
  readonly fleet: Fleet;
  readonly chance: Random;
}

/** Where a role's machines come from. */
export type Builder = (draw: Draw) => Blueprint;

export function numbered(prefix: string, n: number): string {
  return `${prefix}${String(n + 1).padStart(3, "0")}.corp.example`;
}
