import type { FieldBaseline } from "./baseline.ts";
import { isDeviating } from "./fields/normal.ts";

/** Looks that must agree that the best family is another one, where it never was so before. */
const LOOKS = 3;
/** Of all hosts together so seldom may chance alone look like a shift. */
const UNLIKELY = 1e-6;
/** How often nmap puts another family in front on an unchanged host, and how many looks that experience is worth. */
const FLICKERS = 0.003;
const EXPERIENCE = 20;

/** In a row, the one that is stored included. */
export function familyLooks(family: FieldBaseline): number {
  return isDeviating("os_best", family) ? family.streak : 0;
}

/**
 * How many looks in a row have to show another family before chance is ruled out. `signs`: other facts changed with
 * it and stand for a look.
 */
export function familyLooksNeeded(family: FieldBaseline, signs: boolean): number {
  const enough = Math.ceil(Math.log(UNLIKELY) / Math.log(flickersOf(family)));
  return Math.max(LOOKS, enough) - (signs ? 1 : 0);
}

/** In which share of the looks before another family came in front; that the own one came back is no change. */
function flickersOf(family: FieldBaseline): number {
  const looks = familyLooks(family);
  const before = Math.max(0, family.observed - looks);
  const times = Math.max(0, family.changes - (looks > 0 ? 1 : 0));
  return Math.min(MOST, (times + FLICKERS * EXPERIENCE) / (before + EXPERIENCE));
}

/** As often there as not. */
const MOST = 0.5;

/** It was another one at the last look, and not often enough to be certain. */
export function isFamilyDoubtful(family: FieldBaseline | undefined): boolean {
  return (
    family !== undefined && isDeviating("os_best", family) && familyLooks(family) < familyLooksNeeded(family, false)
  );
}
