import type { Deviation } from "../../domain/deviation.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";

/**
 * How many independent families of change a host shows besides the one asked about. A new version and a new banner are
 * one change, a new port and another SSH key are two. `couldAlert`: whether a change might be an alert by itself; a
 * closed port or an update says nothing about another one.
 */
export function corroboration(
  deviations: readonly Deviation[],
  couldAlert: (deviation: Deviation) => boolean,
): (deviation: Deviation) => number {
  const families = new Map<string, Set<string>>();
  for (const deviation of deviations) {
    const family = CATALOGUE[deviation.kind].family;
    if (family === null || deviation.informational || deviation.host === null || !couldAlert(deviation)) continue;
    const known = families.get(deviation.host.id) ?? new Set();
    families.set(deviation.host.id, known.add(family));
  }
  return (deviation) => {
    const own = CATALOGUE[deviation.kind].family;
    const all = families.get(deviation.host?.id ?? "") ?? new Set();
    return all.size - (own !== null && all.has(own) ? 1 : 0);
  };
}
