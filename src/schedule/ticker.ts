import { schedule, type ScheduledTask } from "node-cron";
import { nextRuns } from "./cron.ts";

/** When a profile runs: a cron line that `readCron` accepted, in the machine's time zone, or a fixed period. */
export type Rhythm = { readonly cron: string } | { readonly everyMs: number };

export interface Ticker {
  /** UTC ms of the next tick, or null when stopped. */
  next(): number | null;
  stop(): void;
}

/**
 * Calls `onTick` at its interval. Never two at once: the caller's promise is not awaited here, `onTick` itself decides
 * what an overlapping tick means, so that a skipped one can be counted and reported.
 */
export function startTicker(rhythm: Rhythm, onTick: () => void, now: () => number): Ticker {
  return "cron" in rhythm ? cronTicker(rhythm.cron, onTick) : periodTicker(rhythm.everyMs, onTick, now);
}

/** ms from one tick to the next; of an uneven cron line the gap between the next two. */
export function periodOf(rhythm: Rhythm): number {
  if ("everyMs" in rhythm) return rhythm.everyMs;
  const [first = 0, second = 0] = nextRuns(rhythm.cron, 2);
  return second - first;
}

function cronTicker(line: string, onTick: () => void): Ticker {
  const task: ScheduledTask = schedule(line, () => onTick(), { suppressMissedWarning: true });
  return {
    next: () => task.getNextRun()?.getTime() ?? null,
    stop: () => void task.destroy(),
  };
}

/** A timer of Node.js that is longer than 2^31 ms (24.8 days) fires at once, and again and again. */
const LONGEST_TIMER_MS = 86_400_000;

function periodTicker(everyMs: number, onTick: () => void, now: () => number): Ticker {
  let next: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number): void => {
    timer = setTimeout(
      () => (ms > LONGEST_TIMER_MS ? wait(ms - LONGEST_TIMER_MS) : tick()),
      Math.min(ms, LONGEST_TIMER_MS),
    );
  };
  const begin = (): void => {
    next = now() + everyMs;
    wait(everyMs);
  };
  const tick = (): void => {
    begin();
    onTick();
  };
  begin();
  return {
    next: () => next,
    stop: () => {
      clearTimeout(timer);
      next = null;
    },
  };
}
