import { joinKeys, sameKeys } from "../key-set.ts";

/** When two values of a field are the same. */
export interface Equality {
  readonly same: (a: string, b: string) => boolean;
  /** Of two that are the same: what both together know. */
  readonly join: (a: string, b: string) => string;
}

export const EXACT: Equality = { same: (a, b) => a === b, join: (_, b) => b };

/** Sets of keys are the same as far as both name a key of a type. */
export const KEY_SETS: Equality = { same: sameKeys, join: joinKeys };
