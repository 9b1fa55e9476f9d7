import { firstDifference, type Json } from "./canonical.ts";

/** Canonical events per series, in the order of the outbox. */
export type Played = Readonly<Record<string, readonly string[]>>;

/** Series, number and field of the first event that is not as it was before; null when all are. */
export function firstDifferent(before: Played, now: Played): string | null {
  for (const [name, events] of Object.entries(now)) {
    const found = inSeries(before[name] ?? [], events);
    if (found !== null) return `${name}: ${found}`;
  }
  return null;
}

function inSeries(before: readonly string[], now: readonly string[]): string | null {
  const length = Math.max(before.length, now.length);
  const n = Array.from({ length }, (_, i) => i).find((i) => before[i] !== now[i]);
  if (n === undefined) return null;
  const [was, is] = [before[n], now[n]];
  const lines = [`event ${n + 1} of ${now.length}, ${before.length} before`];
  if (was !== undefined) lines.push(`  before  ${was}`);
  if (is !== undefined) lines.push(`  now     ${is}`);
  if (was !== undefined && is !== undefined)
    lines.push(`  first   ${firstDifference(JSON.parse(was) as Json, JSON.parse(is) as Json)}`);
  return lines.join("\n");
}
