const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Monday, 00:00 UTC, which is also local time: the world has one time zone and no change of it. */
const FIRST_DAY = Date.UTC(2026, 0, 5);
const SCAN_MS = 12 * MINUTE_MS;
/** A month is judged from its 15th day; a shorter world from its middle. */
const LEARNING_DAYS = 14;

/** When the scans of a world are. Days count from 0 here. */
export interface Calendar {
  readonly scans: number;
  readonly days: number;
  readonly perDay: number;
  readonly judgedFrom: number;
}

export function calendar(days: number, perDay: number): Calendar {
  const learning = days > LEARNING_DAYS ? LEARNING_DAYS : Math.floor(days / 2);
  return { scans: days * perDay, days, perDay, judgedFrom: learning * perDay };
}

export function startOf({ perDay }: Calendar, n: number): number {
  return FIRST_DAY + Math.round(((n + 0.5) * DAY_MS) / perDay);
}

export function endOf(time: Calendar, n: number): number {
  return startOf(time, n) + SCAN_MS;
}

export function dayOf({ perDay }: Calendar, n: number): number {
  return Math.floor(n / perDay);
}

/** Hour of the day, with its fraction. */
export function hourOf({ perDay }: Calendar, n: number): number {
  return (((n % perDay) + 0.5) * 24) / perDay;
}

export function isWeekend(day: number): boolean {
  return day % 7 >= 5;
}

/** The first scan at or after a moment given in days. */
export function scanAt({ perDay }: Calendar, day: number): number {
  return Math.max(0, Math.ceil(day * perDay - 0.5));
}
