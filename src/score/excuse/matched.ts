import { type MatchedNews, MOST_MATCHED, type PlannedChange } from "../../domain/planned-change.ts";

/** A change with what it explains now; the same object when that is nothing new. */
export function withMatched(change: PlannedChange, news: readonly MatchedNews[]): PlannedChange {
  const known = new Set(change.matched.map(({ anomaly }) => anomaly));
  const fresh = news.filter(({ anomaly }) => !known.has(anomaly));
  if (fresh.length === 0) return change;
  return { ...change, matched: [...change.matched, ...fresh].slice(0, MOST_MATCHED) };
}
