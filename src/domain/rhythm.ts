/**
 * Hours that are alike for people: a desk is used on working days, a server at any time. In the time zone of the
 * segment.
 */
export const HOUR_CLASSES = ["working-day", "night", "weekend"] as const;
export type HourClass = (typeof HOUR_CLASSES)[number];

/** How often a host was asked in the hours of one class, and how often it answered; older scans count less. */
export interface Share {
  readonly asked: number;
  readonly up: number;
}

/** When a host answers. A class in which it was never asked is absent. */
export type Rhythm = Readonly<Partial<Record<HourClass, Share>>>;

/** From this many scans of one class on, both counts are halved: what was learned two weeks ago counts half. */
const REMEMBERED = 112;

/** One more look in these hours. */
export function learnRhythm(rhythm: Rhythm, hours: HourClass, up: boolean): Rhythm {
  const before = rhythm[hours] ?? { asked: 0, up: 0 };
  const now = { asked: before.asked + 1, up: before.up + (up ? 1 : 0) };
  return { ...rhythm, [hours]: now.asked < REMEMBERED ? now : { asked: now.asked / 2, up: Math.ceil(now.up / 2) } };
}

/** All hours together. */
export function wholeShare(rhythm: Rhythm): Share {
  const shares = HOUR_CLASSES.flatMap((hours) => rhythm[hours] ?? []);
  return {
    asked: shares.reduce((sum, share) => sum + share.asked, 0),
    up: shares.reduce((sum, share) => sum + share.up, 0),
  };
}

const FEWEST_LOOKS = 4;
const AWAKE = 0.6;
const ASLEEP = 0.4;
const STEADY = 0.95;

/** Answers on working days and hardly ever at night: somebody switches it off. Unknown until both were seen often enough. */
export function isSleeper({ "working-day": day, night, weekend }: Rhythm): boolean {
  const off = sum(night, weekend);
  if (day === undefined || day.asked < FEWEST_LOOKS || off.asked < FEWEST_LOOKS) return false;
  return day.up >= day.asked * AWAKE && off.up <= off.asked * ASLEEP;
}

/** Answers at night as by day. */
export function isAlwaysOn({ night, weekend }: Rhythm): boolean {
  const off = sum(night, weekend);
  return off.asked >= FEWEST_LOOKS && off.up >= off.asked * STEADY;
}

function sum(a: Share | undefined, b: Share | undefined): Share {
  return { asked: (a?.asked ?? 0) + (b?.asked ?? 0), up: (a?.up ?? 0) + (b?.up ?? 0) };
}

const WORK_BEGINS = 7;
const WORK_ENDS = 19;
const WEEKEND: ReadonlySet<string> = new Set(["Sat", "Sun"]);

/** `at` is UTC ms; `zone` a name of the IANA database. */
export function hourClass(at: number, zone: string): HourClass {
  const parts = clockOf(zone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  if (WEEKEND.has(part("weekday"))) return "weekend";
  const hour = Number(part("hour"));
  return hour >= WORK_BEGINS && hour < WORK_ENDS ? "working-day" : "night";
}

const CLOCKS = new Map<string, Intl.DateTimeFormat>();

/** Kept, because one is asked for every host: each costs more than all else that is learned of it, and memory beside the heap. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = CLOCKS.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  });
  CLOCKS.set(zone, clock);
  return clock;
}
