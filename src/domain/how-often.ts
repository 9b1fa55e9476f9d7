import type { DeviationHistory } from "./deviation.ts";
import { type AnomalyKind, CATALOGUE } from "./kinds/catalogue.ts";

/** What the baseline says about a subject, in plain words and no sentence: `port never open in 412 covered scans`. */
export function howOften(kind: AnomalyKind, history: DeviationHistory): string {
  const { known, score } = CATALOGUE[kind];
  if (known === null || score.rarity === null || "bits" in score.rarity) return "rare on any network";
  const { scans } = history;
  if (scans === 0) return "nothing was learned about it before";
  const text = known(history, `in ${scans} covered scan${scans === 1 ? "" : "s"}`);
  return text.charAt(0).toLowerCase() + text.slice(1);
}
