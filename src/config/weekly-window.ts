import { z } from "zod";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;
const FORM = 'a window looks like "Sat 02:00-05:00", "Mon-Fri 22:00-01:00" or "daily 03:00-03:30"';

/** A time of the week, in the time zone of the machine; one that ends before it begins ends on the next day. */
export interface WeeklyWindow {
  readonly text: string;
  /** 0 = Sunday; those on which it begins. */
  readonly days: ReadonlySet<number>;
  /** Minutes of the day. */
  readonly from: number;
  readonly to: number;
}

/** Null for any other text. */
export function readWindow(text: string): WeeklyWindow | null {
  const match = /^([A-Za-z,-]+) +(\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(text.trim());
  const days = match?.[1] === undefined ? null : daysOf(match[1].toLowerCase());
  const [from, to] = [minuteOf(match?.[2], match?.[3]), minuteOf(match?.[4], match?.[5])];
  if (days === null || from === null || to === null || from === to) return null;
  return { text: text.trim(), days, from, to };
}

/** How long a window lasts: at most a whole day, from 00:00 to 24:00. */
export function windowMinutes({ from, to }: Pick<WeeklyWindow, "from" | "to">): number {
  return ((to - from + DAY_MINUTES - 1) % DAY_MINUTES) + 1;
}

/** Begin and end of a window, UTC ms. */
export interface WindowSpan {
  readonly from: number;
  readonly until: number;
}

/** When the window that holds a moment began and ends; null: the moment is outside. */
export function windowAround(window: WeeklyWindow, at: number): WindowSpan | null {
  const { days, from } = window;
  const now = new Date(at);
  const minute = now.getHours() * 60 + now.getMinutes();
  const length = windowMinutes(window);
  const since = (minute - from + DAY_MINUTES) % DAY_MINUTES;
  const began = minute >= from ? now.getDay() : (now.getDay() + 6) % 7;
  if (since >= length || !days.has(began)) return null;
  const start = Math.floor(at / MINUTE_MS) * MINUTE_MS - since * MINUTE_MS;
  return { from: start, until: start + length * MINUTE_MS };
}

/** The window the next time that it begins after a moment. */
export function nextWindow(window: WeeklyWindow, at: number): WindowSpan | null {
  const { days, from } = window;
  for (let ahead = 0; ahead <= DAYS.length; ahead += 1) {
    const start = new Date(at);
    start.setDate(start.getDate() + ahead);
    const isDay = days.has(start.getDay());
    const begin = start.setHours(0, from, 0, 0);
    if (isDay && begin > at) return { from: begin, until: begin + windowMinutes(window) * MINUTE_MS };
  }
  return null;
}

export const weeklyWindow = z
  .string()
  .superRefine((text, context) => {
    if (readWindow(text) === null) context.addIssue({ code: "custom", message: `${FORM}; got "${text.slice(0, 32)}"` });
  })
  .meta({ title: "weekly window" });

function minuteOf(hours = "", minutes = ""): number | null {
  const minute = Number(hours) * 60 + Number(minutes);
  return hours === "" || Number(minutes) > 59 || minute > DAY_MINUTES ? null : minute;
}

function daysOf(text: string): ReadonlySet<number> | null {
  if (text === "daily") return new Set(DAYS.keys());
  const days = text.split(",").map(rangeOf);
  return days.some((one) => one === null) ? null : new Set(days.flatMap((one) => one ?? []));
}

function rangeOf(text: string): readonly number[] | null {
  const [first = "", last = first, ...rest] = text.split("-");
  const [from, to] = [first, last].map((name) => DAYS.findIndex((day) => day === name));
  if (rest.length > 0 || from === undefined || to === undefined || from < 0 || to < 0) return null;
  const length = ((to - from + 7) % 7) + 1;
  return Array.from({ length }, (_, i) => (from + i) % 7);
}
