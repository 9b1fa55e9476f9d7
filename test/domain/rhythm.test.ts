import { describe, expect, it } from "vitest";
import { hourClass, isAlwaysOn, isSleeper, learnRhythm, type Rhythm, wholeShare } from "../../src/domain/rhythm.ts";

describe("hours that are alike", () => {
  // 2026-11-02 is a Monday.
  it.each([
    ["Monday noon", "2026-11-02T12:00:00Z", "UTC", "working-day"],
    ["Monday, when work begins", "2026-11-02T07:00:00Z", "UTC", "working-day"],
    ["Monday, before", "2026-11-02T06:59:00Z", "UTC", "night"],
    ["Monday evening", "2026-11-02T19:00:00Z", "UTC", "night"],
    ["midnight", "2026-11-03T00:00:00Z", "UTC", "night"],
    ["Saturday noon", "2026-11-07T12:00:00Z", "UTC", "weekend"],
    ["Sunday night in UTC is Monday morning in Tokyo", "2026-11-01T23:00:00Z", "Asia/Tokyo", "working-day"],
    ["Friday evening in UTC is Saturday in Auckland", "2026-11-06T20:00:00Z", "Pacific/Auckland", "weekend"],
  ])("%s", (_, time, zone, expected) => {
    expect(hourClass(Date.parse(time), zone)).toBe(expected);
  });
});

describe("when a host answers", () => {
  it("is counted by class of hours", () => {
    const rhythm = looks({}, [
      ["working-day", true],
      ["working-day", true],
      ["night", false],
    ]);
    expect(rhythm).toEqual({ "working-day": { asked: 2, up: 2 }, night: { asked: 1, up: 0 } });
    expect(wholeShare(rhythm)).toEqual({ asked: 3, up: 2 });
  });

  it("is forgotten: after as many scans again, what was is worth little", () => {
    const before = looks({}, Array<Look>(500).fill(["night", true]));
    const after = looks(before, Array<Look>(500).fill(["night", false]));
    const { asked = 0, up = 0 } = after.night ?? {};
    expect(up / asked).toBeLessThan(0.02);
    expect(asked).toBeLessThan(112);
  });

  it("tells who sleeps and who never does, once both were seen", () => {
    const desk: Rhythm = { "working-day": { asked: 10, up: 9 }, night: { asked: 10, up: 1 } };
    const server: Rhythm = { "working-day": { asked: 10, up: 10 }, night: { asked: 10, up: 10 } };
    expect([isSleeper(desk), isAlwaysOn(desk)]).toEqual([true, false]);
    expect([isSleeper(server), isAlwaysOn(server)]).toEqual([false, true]);
    expect([isSleeper({}), isAlwaysOn({})]).toEqual([false, false]);
    expect(isSleeper({ "working-day": { asked: 10, up: 10 } })).toBe(false);
  });
});

type Look = readonly ["working-day" | "night" | "weekend", boolean];

function looks(rhythm: Rhythm, all: readonly Look[]): Rhythm {
  return all.reduce((now, [hours, up]) => learnRhythm(now, hours, up), rhythm);
}
