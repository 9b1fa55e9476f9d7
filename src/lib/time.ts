/** Milliseconds since 1970 UTC, from the machine's wall clock. */
export function wallClock(): number {
  return Date.now();
}

/** Milliseconds that only ever grow; for deadlines and back-off, never stored. */
export function monotonicClock(): number {
  return performance.now();
}

/** IANA name of the zone that this machine keeps. */
export function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** UTC milliseconds as the ISO 8601 text that ECS dates use, with milliseconds and `Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Resolves after `ms`, or at once when `signal` aborts: a waiting loop must end with its owner. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `3d`, `500ms` → milliseconds; null for any other text. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : UNITS[match[2]];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}

/** `2027-03-01` (its beginning in UTC) or an ISO 8601 time with its zone → UTC milliseconds; null for any other text. */
export function parseMoment(text: string): number | null {
  const day = /^(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text)?.[1];
  const at = Date.parse(text);
  if (day === undefined || Number.isNaN(at)) return null;
  // The 31st of February would become a day of March.
  return isoTime(Date.parse(day)).startsWith(day) ? at : null;
}

/** Milliseconds → the coarsest two units a person reads: `2m03s`, `3d 4h`, `1.2s`. */
export function formatDuration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)}s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes}m${String(Math.floor((ms % 60_000) / 1000)).padStart(2, "0")}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h ${minutes % 60}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`;
}
