import { compareVersions } from "./version-order.ts";
import type { ValueSet } from "./row.ts";

/** It has one value, and the last one is it. */
export const ONE: ValueSet = { several: false, retires: true };

/** Two names, two answers: all that were learned stay normal. */
export const SEVERAL: ValueSet = { several: true, retires: false };

/** As {@link SEVERAL}, but an accepted replacement is one: the key before must not come back unnoticed. */
export const KEYS: ValueSet = { several: true, retires: true };

/** As {@link SEVERAL}, but an upgrade ends what was before: going back is a downgrade. */
export const VERSIONS: ValueSet = { several: true, retires: false, outgrows: isUpgrade };

/** A newer version, of two that can be ordered. */
function isUpgrade(older: string, newer: string): boolean {
  return (compareVersions(newer, older) ?? 0) > 0;
}
