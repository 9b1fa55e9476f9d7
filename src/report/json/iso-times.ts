import { isoTime } from "../../lib/time.ts";

/** Keys that hold a time, in whatever form they were given when they were added. */
const TIMES: ReadonlySet<string> = new Set([
  "at",
  "since",
  "until",
  "startedAt",
  "endedAt",
  "firstSeen",
  "lastSeen",
  "lastScan",
  "lastEventAt",
  "lastOkAt",
  "oldestAt",
  "osAskedAt",
  "readAt",
  "expires",
]);

/**
 * The same data in which every time is also there as ISO 8601 in UTC, with milliseconds: `lastSeen` may be a number of
 * milliseconds or a text, `lastSeenIso` is always a text, or null where there is no time. Added at the end of its
 * object, so that the order of what was there stays.
 */
export function withIsoTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withIsoTimes);
  if (value instanceof Map) return value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries([
    ...entries.map(([key, one]) => [key, withIsoTimes(one)] as const),
    ...entries
      .filter(([key, one]) => TIMES.has(key) && isTime(one))
      .map(([key, one]) => [`${key}Iso`, isoOf(one)] as const),
  ]);
}

function isTime(value: unknown): boolean {
  return value === null || typeof value === "number" || typeof value === "string";
}

function isoOf(value: unknown): string | null {
  if (typeof value === "number") return Number.isFinite(value) ? isoTime(value) : null;
  return typeof value === "string" ? value : null;
}
