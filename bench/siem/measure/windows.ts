const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90m`, `24h`, `7d` in ms. */
export function spanMs(span: string): number {
  const [, count = "", unit = ""] = /^(\d+)([mhd])$/.exec(span) ?? [];
  const ms = UNITS[unit];
  if (ms === undefined) throw new Error(`${span} is no span`);
  return Number(count) * ms;
}

/** What happened on one host, or to one sensor, at one moment. */
export interface Moment {
  readonly by: string;
  readonly at: number;
  readonly value: string;
}

/** How many have at least so many different values in one of the fixed steps of this width. */
export function burstsOf(moments: readonly Moment[], width: number, atLeast: number): number {
  const steps = Map.groupBy(moments, ({ by, at }) => `${by} ${Math.floor(at / width)}`);
  const enough = [...steps.values()].filter((some) => new Set(some.map(({ value }) => value)).size >= atLeast);
  return new Set(enough.map(([first]) => first?.by)).size;
}

/** The story scans four times a day: silent is who missed two scans. */
const LEAST_SILENCE_MS = 13 * 3_600_000;

export function isSilent(last: number, end: number): boolean {
  return last < end - LEAST_SILENCE_MS;
}

export function silentOnes(moments: readonly Moment[], end: number): number {
  const byName = Map.groupBy(moments, ({ by }) => by);
  return [...byName.values()].filter((all) => isSilent(Math.max(...all.map(({ at }) => at)), end)).length;
}
