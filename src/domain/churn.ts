/**
 * How often things of one kind happened on one host and were settled: they went back by themselves, or became normal
 * because they were learned, accepted, declared or lasted. What is still open teaches nothing, or an incident would make
 * itself ordinary. One trial is one day of a host, one hit a day on which it happened, so that more scans a day change
 * neither.
 */
export interface Occurrences {
  /** Days on which it happened, each faded with its age at `at`. */
  readonly days: number;
  /** Time on the watch of the segment (`SegmentBaseline.watchedMs`) of the last one. */
  readonly at: number;
}

/** A kind of anomaly, then what tells its cases apart: `port-opened nodeport http`, `hostkey-changed`. */
export type Churn = ReadonlyMap<string, Occurrences>;

const DAY_MS = 86_400_000;
/** What happened counts half after so many days of watching. */
export const HALF_LIFE_DAYS = 14;
/** Less than this is forgotten, so that a host remembers a bounded number of things. */
const LEAST = 0.02;
/** Different things remembered of one host; a machine with more of them is not told apart by the rest. */
const MOST = 32;

/** A number of days as it counts `ms` of watching later. */
export function faded(days: number, ms: number): number {
  return days * 2 ** (-Math.max(0, ms) / DAY_MS / HALF_LIFE_DAYS);
}

/** A span that began `from` and ended `to` milliseconds ago, in days, each moment faded with its age. */
export function fadedSpan(from: number, to: number): number {
  const perDay = Math.LN2 / HALF_LIFE_DAYS;
  return from <= to ? 0 : (faded(1, to) - faded(1, from)) / perDay;
}

/**
 * One more occurrence. It counts as the time since the last one, at most a day: several on one day are one, and hits never
 * exceed trials. `life`: how long the host was watched so far, in milliseconds.
 */
export function occurredAgain(known: Occurrences | undefined, at: number, life: number): Occurrences {
  const since = known === undefined ? life : at - known.at;
  const before = known === undefined ? 0 : faded(known.days, since);
  return { days: thousandths(before + fadedSpan(Math.min(DAY_MS, since), 0)), at };
}

export function churnKey(name: string, details: readonly string[]): string {
  return [name, ...details].join(" ");
}

/** An alert that vanished before anybody accepted it. */
export function vanishedKey(key: string): string {
  return `vanished ${key}`;
}

/** A visit may return once. What a host does on more days than this is its habit, alert or not. */
const VISITS = 2;

/** Of the days of a vanished alert, those that count. */
export function habitDays(days: number): number {
  return Math.max(0, days - VISITS);
}

/** How long a host was watched, in milliseconds on the watch of the segment. */
export function lifeOf(
  host: { readonly firstSeen: { readonly at: number }; readonly lastSeen: { readonly at: number } },
  segment: { readonly watchedMs: number },
): number {
  return Math.max(0, Math.min(segment.watchedMs, host.lastSeen.at - host.firstSeen.at));
}

/** With one more occurrence of each of `keys`; what faded away is left out. */
export function withOccurrences(
  churn: Churn,
  keys: ReadonlySet<string>,
  { at, life }: { readonly at: number; readonly life: number },
): Churn {
  if (keys.size === 0) return churn;
  const all = new Map(churn);
  for (const key of keys) all.set(key, occurredAgain(all.get(key), at, life));
  const now = ([, one]: readonly [string, Occurrences]) => faded(one.days, at - one.at);
  const kept = [...all].filter((one) => keys.has(one[0]) || now(one) >= LEAST);
  const most = kept.toSorted((a, b) => now(b) - now(a) || (a[0] < b[0] ? -1 : 1)).slice(0, MOST);
  return new Map(most.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Rounded down: what is stored is what was counted, and rounding never makes more hits than trials. */
function thousandths(days: number): number {
  return Math.floor(days * 1000) / 1000;
}
