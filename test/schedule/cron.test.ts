import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readCron } from "../../src/schedule/cron.ts";
import { periodOf, startTicker } from "../../src/schedule/ticker.ts";
import { parseConfig } from "../support/configuration.ts";

const EIGHT_YEARS = (8 * 366 + 1) * 86_400_000;

/** When the agent's own ticker would tick first; throws what the scheduler throws. */
function firstTick(line: string): number | null {
  const ticker = startTicker({ cron: line }, () => {}, Date.now);
  const next = ticker.next();
  ticker.stop();
  return next;
}

function configured(line: string) {
  const text = `segment: a\ntargets: [10.0.0.0/24]\nprofiles: { deep: { schedule: ${JSON.stringify(line)} } }\n`;
  return parseConfig(text, { path: "tripline.yaml", directory: "/", environment: {}, now: Date.now() });
}

/** A leap day falls on each day of the week once in 28 years. */
function rareWeekday(): number {
  const year = new Date().getFullYear();
  const leapDays = Array.from({ length: 10 }, (_, i) => new Date(year + i, 1, 29)).filter(
    (day) => day.getDate() === 29,
  );
  const taken = leapDays.map((day) => day.getDay());
  return [0, 1, 2, 3, 4, 5, 6].find((day) => !taken.includes(day)) ?? 0;
}

describe("a cron line that is refused", () => {
  test.each([
    ["a step of nothing", "*/0 * * * *", /field 1 \(minute\) is not understood: "\*\/0"; it takes 0-59/],
    ["a step of nothing in a range", "0 0-12/0 * * *", /field 2 \(hour\)/],
    ["a step without a range", "5/15 * * * *", /field 1 \(minute\)/],
    ["the 31st of February", "0 0 31 2 *", /no day is day 31 of month 2, so this would never run/],
    ["the 30th of February", "0 0 30 2 *", /never run/],
    ["the 31st of months with 30 days", "0 0 31 4,6,9,11 *", /never run/],
    ["the 31st day before the end of February", "0 0 L-30 2 *", /never run/],
    ["a day of the week that no near 29th of February has", `0 0 29 2 ${rareWeekday()}`, /be on \d+-02-2\d, more than/],
    ["empty", "", /5 fields, this has 0/],
    ["blanks", "   ", /5 fields, this has 0/],
    ["four fields", "*/30 * * *", /5 fields, this has 4/],
    ["seconds", "0 */30 * * * *", /5 fields, this has 6 \(there is none for seconds\)/],
    ["a minute that does not exist", "60 * * * *", /field 1 must be 0-59, got 60/],
    ["an hour that does not exist", "0 24 * * *", /field 2 must be 0-23, got 24/],
    ["day 0", "0 0 0 * *", /field 3 must be 1-31, got 0/],
    ["month 13", "0 0 1 13 *", /field 4 must be 1-12, got 13/],
    ["day 8 of the week", "0 0 * * 8", /field 5 must be 0-7, got 8/],
    ["a range without an end, in numbers", "0-99999999999 * * * *", /field 1 must be 0-59/],
    ["the same behind a comma", "0/5,0-99999999999 * * * *", /field 1 must be 0-59/],
    ["a negative number", "-5 * * * *", /field 1/],
    ["a fraction", "1.5 * * * *", /letters, digits and/],
    ["no number before a comma", ",5 * * * *", /field 1/],
    ["a name that is none", "0 0 * FOO *", /field 4 \(month\) is not understood: "FOO".*JAN-DEC/],
    ["a name in a field for numbers", "MON * * * *", /field 1 \(minute\)/],
    ["a nickname that is none", "@reboot", /@hourly @daily @weekly/],
    ["a property of every object", "@constructor", /@hourly/],
    ["digits of another script", "٥ * * * *", /letters, digits and/],
    ["a time zone in front", "TZ=UTC 0 0 * * *", /5 fields, this has 6/],
    ["a command", "0 0 * * *; reboot", /5 fields, this has 6/],
  ])("%s: %j", (_, line, says) => {
    const read = readCron(line);
    expect(read.ok ? "accepted" : read.error).toMatch(says);
  });

  it("is refused with its line and caret wherever a schedule may stand", () => {
    const text = `segment: a\ntargets: [10.0.0.0/24]\nschedule: "*/0 * * * *"\nprofiles:\n  ports: { schedule: "0 0 31 2 *" }\n  deep:\n    schedule: "61 * * * *"\n`;
    const read = parseConfig(text, { path: "tripline.yaml", directory: "/", environment: {}, now: 1 });
    const said = read.ok ? "accepted" : read.error.text;
    expect(said).toMatch(/tripline\.yaml:3:11 {2}schedule: .*\n.*\n.*\^{13}/);
    expect(said).toMatch(/tripline\.yaml:5:22 {2}profiles\.ports\.schedule: .*\n.*\n.*\^{12}/);
    expect(said).toMatch(/tripline\.yaml:7:15 {2}profiles\.deep\.schedule: .*\n.*\n.*\^{12}/);
  });
});

describe("a cron line that is accepted runs", () => {
  test.each([
    ["every half hour", "*/30 * * * *", "*/30 * * * *"],
    ["a leap day", "0 0 29 2 *", "0 0 29 2 *"],
    ["the 30th of a month that has one", "0 0 30 2,4 *", "0 0 30 2,4 *"],
    ["names, in any case", "15 4 * jan-MAR Mon-fri", "15 4 * jan-MAR Mon-fri"],
    ["a range over midnight", "0 22-2 * * *", "0 22-2 * * *"],
    ["Sunday as 7", "0 0 * * 7", "0 0 * * 7"],
    ["the last day of the month", "0 0 L * *", "0 0 L * *"],
    ["the second Monday", "0 0 * * 1#2", "0 0 * * 1#2"],
    ["an hour that is left out when the clocks change", "30 2 * 3 0", "30 2 * 3 0"],
    ["a nickname", "@daily", "@daily"],
    ["tabs and blanks around, as in a crontab", " 5\t4  * *\u00a0* \n", "5 4 * * *"],
  ])("%s: %j", (_, line, given) => {
    expect(readCron(line)).toEqual({ ok: true, value: given });
    expect(firstTick(given)).toBeGreaterThan(Date.now());
    expect(periodOf({ cron: given })).toBeGreaterThan(0);
  });
});

const number = fc.oneof(fc.nat(70).map(String), fc.constantFrom("0", "1", "07", "31", "100", "-1"));
const name = fc.constantFrom(
  "MON",
  "sun",
  "Jan",
  "FEB",
  "december",
  "L",
  "LW",
  "15W",
  "L-3",
  "1#2",
  "5L",
  "?",
  "x",
  "",
);
const range = fc.tuple(number, number).map(([from, to]) => `${from}-${to}`);
const span = fc.oneof({ weight: 3, arbitrary: fc.constant("*") }, number, range, name);
const item = fc.tuple(span, fc.option(number, { freq: 3 })).map(([of, step]) => (step === null ? of : `${of}/${step}`));
const field = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(","));
const blank = fc.constantFrom(" ", "  ", "\t", "\u00a0");
const built = fc
  .tuple(fc.array(field, { minLength: 4, maxLength: 6 }), blank)
  .map(([fields, between]) => fields.join(between));
/** Mostly in range, so that many are accepted. */
const likely = fc
  .tuple(fc.nat(59), fc.nat(23), fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 12 }), fc.nat(7))
  .chain((numbers) => fc.tuple(...numbers.map((n) => fc.constantFrom(String(n), "*", "*/3", `${n},*/0`))))
  .map((fields) => fields.join(" "));
const anyLine = fc.oneof(built, likely, fc.string({ maxLength: 20 }));

it("what the configuration accepts the ticker runs, and has a next run within eight years", () => {
  const seen = { accepted: 0 };
  fc.assert(
    fc.property(anyLine, (line) => {
      const read = configured(line);
      if (!read.ok) return read.error.text.includes("profiles.deep.schedule: ");
      seen.accepted += 1;
      const given = read.value.config.profiles.deep?.schedule ?? "";
      const next = firstTick(given) ?? 0;
      expect(next).toBeGreaterThan(Date.now() - 1000);
      expect(next).toBeLessThan(Date.now() + EIGHT_YEARS + 1000);
      expect(periodOf({ cron: given })).toBeGreaterThan(0);
      return true;
    }),
    { numRuns: 1_000 },
  );
  expect(seen.accepted).toBeGreaterThan(50);
});

it("what the ticker runs within eight years is accepted when it has five fields in range", () => {
  fc.assert(
    fc.property(likely, (line) => {
      const runs = attempt(() => firstTick(line));
      const soon = runs !== null && runs < Date.now() + EIGHT_YEARS - 1000;
      expect([line, readCron(line).ok]).toEqual([line, soon]);
    }),
  );
});

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
