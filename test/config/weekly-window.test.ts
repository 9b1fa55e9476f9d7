import { describe, expect, it } from "vitest";
import { nextWindow, readWindow, windowAround } from "../../src/config/weekly-window.ts";

/** Saturday, in the time zone of the machine. */
const saturday = (hours: number, minutes = 0, day = 28) => new Date(2026, 10, day, hours, minutes).getTime();

describe("a weekly window", () => {
  it.each([
    ["Sat 02:00-05:00", saturday(2), saturday(5)],
    ["Sat 02:00-05:00", saturday(4, 59), saturday(5)],
    ["Sat 02:00-05:00", saturday(5), null],
    ["Sat 02:00-05:00", saturday(1, 59), null],
    ["Mon-Fri 02:00-05:00", saturday(3), null],
    ["Fri-Sun 02:00-05:00", saturday(3), saturday(5)],
    ["mon,SAT 02:00-05:00", saturday(3), saturday(5)],
    ["daily 03:00-03:30", saturday(3, 10), saturday(3, 30)],
    ["Fri 22:00-02:00", saturday(1), saturday(2)],
    ["Sat 22:00-02:00", saturday(1), null],
    ["Sat 22:00-02:00", saturday(23), saturday(2, 0, 29)],
    ["Sat 00:00-24:00", saturday(12), saturday(0, 0, 29)],
    ["Sat 00:00-24:00", saturday(0, 0, 29), null],
  ])("%s holds a moment until its end, or not", (text, at, end) => {
    const window = readWindow(text);
    expect(window).not.toBeNull();
    expect(window === null ? null : (windowAround(window, at)?.until ?? null)).toBe(end);
  });

  it.each([
    ["Sat 02:00-05:00", saturday(1), saturday(2), saturday(5)],
    ["Sat 02:00-05:00", saturday(2), saturday(2, 0, 35), saturday(5, 0, 35)],
    ["Sat 02:00-05:00", saturday(3), saturday(2, 0, 35), saturday(5, 0, 35)],
    ["Fri-Sun 22:00-02:00", saturday(3), saturday(22), saturday(2, 0, 29)],
    ["Mon 00:00-24:00", saturday(3), saturday(0, 0, 30), saturday(0, 0, 31)],
    ["Sat 24:00-02:00", saturday(3), saturday(0, 0, 29), saturday(2, 0, 29)],
  ])("%s begins next after a moment", (text, at, from, until) => {
    const window = readWindow(text);
    expect(window === null ? null : nextWindow(window, at)).toEqual({ from, until });
  });

  it.each(["", "Sat", "Sat 2:00-5:00", "Sat 02:00-02:00", "Sat 02:60-03:00", "Sat 25:00-26:00", "Someday 02:00-03:00"])(
    "is not %j",
    (text) => expect(readWindow(text)).toBeNull(),
  );
});
