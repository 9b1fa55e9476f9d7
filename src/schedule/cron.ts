import { createTask, validateDetailed } from "node-cron";
import { err, ok, type Result } from "../lib/result.ts";
import { isoTime, wallClock } from "../lib/time.ts";

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** What it takes, in words. */
  readonly takes: string;
}

const FIELDS: readonly Field[] = [
  { name: "minute", low: 0, high: 59, takes: "0-59" },
  { name: "hour", low: 0, high: 23, takes: "0-23" },
  { name: "day of the month", low: 1, high: 31, takes: "1-31" },
  { name: "month", low: 1, high: 12, takes: "1-12 or JAN-DEC" },
  { name: "day of the week", low: 0, high: 7, takes: "0-7 or SUN-SAT" },
];
/** As node-cron names them, in their order. */
const KEYS = ["minute", "hour", "dayOfMonth", "month", "dayOfWeek"];

/** Between two 29ths of February lie at most eight years (1896 and 1904, 2096 and 2104). */
const LONGEST_WAIT_MS = (8 * 366 + 1) * 86_400_000;

/**
 * A cron line as the scheduler runs it, with single blanks between its fields; or a sentence that says what is wrong.
 * What this accepts the scheduler accepts, and it has a next run within eight years: the scheduler itself is asked.
 */
export function readCron(text: string): Result<string, string> {
  const fields = text.split(/\s+/).filter((field) => field !== "");
  const nickname = fields.length === 1 && fields[0]?.startsWith("@") === true;
  if (!nickname && fields.length !== FIELDS.length) return err(wrongCount(fields.length));
  const line = fields.join(" ");
  // First, since the scheduler counts a range through, and one of billions would keep it busy forever.
  const outside = nickname ? null : outOfRange(fields);
  const wrong = outside ?? misunderstood(line);
  return wrong === null ? nextRunExists(line) : err(wrong);
}

function wrongCount(found: number): string {
  const seconds = found === 6 ? " (there is none for seconds)" : "";
  return `a cron line has 5 fields, this has ${found}${seconds}`;
}

function outOfRange(fields: readonly string[]): string | null {
  for (const [i, field] of fields.entries()) {
    const { low, high } = FIELDS[i] ?? { low: 0, high: 0 };
    const numbers = field.split(",").flatMap((item) => item.split("/")[0]?.match(/\d+/g) ?? []);
    const bad = numbers.find((n) => Number(n) < low || Number(n) > high);
    if (bad !== undefined) return `cron field ${i + 1} must be ${low}-${high}, got ${bad.slice(0, 32)}`;
  }
  return null;
}

function misunderstood(line: string): string | null {
  const { valid, errors } = validateDetailed(line);
  if (valid) return null;
  const first = errors[0];
  const at = KEYS.indexOf(String(first?.field));
  const field = FIELDS[at];
  if (field === undefined) return UNKNOWN;
  if (first?.message.includes("impossible day") === true) return neverComes(line);
  return `cron field ${at + 1} (${field.name}) is not understood: "${first?.value?.slice(0, 32)}"; it takes ${field.takes}, with * , - and steps such as */5`;
}

const UNKNOWN =
  "a cron line has letters, digits and * , - / # ? only, or is one of @hourly @daily @weekly @monthly @yearly";

function neverComes(line: string): string {
  const [, , day, month, weekDay] = line.split(" ");
  const also = weekDay === "*" ? "" : ` and is day ${weekDay} of the week`;
  return `no day is day ${day} of month ${month}${also}, so this would never run`;
}

/** Two runs, because the time between them is asked for as well (`periodOf`). */
function nextRunExists(line: string): Result<string, string> {
  try {
    const first = Math.min(...nextRuns(line, 2));
    if (first - wallClock() <= LONGEST_WAIT_MS) return ok(line);
    return err(`the next run would be on ${isoTime(first).slice(0, 10)}, more than eight years from now`);
  } catch {
    return err(neverComes(line));
  }
}

/** UTC ms of the next runs. Throws for a line that {@link readCron} refuses. */
export function nextRuns(line: string, count: number): readonly number[] {
  const task = createTask(line, () => {});
  try {
    return task.getNextRuns(count).map((date) => date.getTime());
  } finally {
    void task.destroy();
  }
}
