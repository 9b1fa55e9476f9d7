import { clip, minuteText } from "../../domain/words.ts";
import type { SafeOccasion } from "../../domain/safe-period.ts";
import type { ShownSafe } from "../model/safe.ts";

/** `only Sat 02:00-05:00 teaches; outside, nothing new becomes normal; the next begins 2026-11-28T02:00Z`. */
export function safeText({ windows, until, next }: ShownSafe): string {
  const now = until === null ? "" : `; one is under way until ${minute(until)}`;
  const then = next === null ? "" : `; the next begins ${minute(next)}`;
  return `only scans in ${clip(windows.join(", "))} teach something new${now}${then}`;
}

function minute(time: string): string {
  return minuteText(Date.parse(time));
}

/** How a scan lies to the safe periods. */
export function occasionText({ period, next }: SafeOccasion): string {
  if (period !== null) return `safe period ${period.window}: what is new in it becomes normal`;
  const then = next === null ? "" : `; the next one begins ${minuteText(next.from)} (${next.window})`;
  return `outside the safe periods: nothing new is learned${then}`;
}
