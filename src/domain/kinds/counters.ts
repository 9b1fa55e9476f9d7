import { ANOMALY_KINDS, type AnomalyKind, CATALOGUE } from "./catalogue.ts";
import type { Counts } from "./row.ts";

/** What is counted once, under the name of the kind whose row defines it; kinds that are the same share it. */
export interface Counter {
  readonly name: AnomalyKind;
  readonly of: Exclude<Counts<AnomalyKind>, { readonly what: "as" }>;
}

export const COUNTERS: readonly Counter[] = ANOMALY_KINDS.flatMap((name) => {
  const { counts } = CATALOGUE[name];
  return counts === null || counts.what === "as" ? [] : [{ name, of: counts }];
});

/** What is counted for the rarity of a kind; null where nothing is. */
export function counterOf(kind: AnomalyKind): Counter | null {
  const { counts } = CATALOGUE[kind];
  const name = counts?.what === "as" ? counts.kind : kind;
  return COUNTERS.find((counter) => counter.name === name) ?? null;
}
