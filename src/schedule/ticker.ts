import { createTask, schedule, type ScheduledTask } from "node-cron";

/** When a profile runs: a cron line of five fields in the machine's time zone, or a fixed period. */
export type Rhythm = { readonly cron: string } | { readonly everyMs: number };

export interface Ticker {
  /** UTC ms of the next tick, or null when stopped. */
  next(): number | null;
  stop(): void;
}

/**
 * Calls `onTick` in its rhythm. Never two at once: the caller's promise is not awaited here, `onTick` itself decides
 * what an overlapping tick means, so that a skipped one can be counted and reported.
 */
export function startTicker(rhythm: Rhythm, onTick: () => void, now: () => number): Ticker {
  return "cron" in rhythm ? cronTicker(rhythm.cron, onTick) : periodTicker(rhythm.everyMs, onTick, now);
}

/** ms from one tick to the next; of an uneven cron line the gap between the next two. */
export function periodOf(rhythm: Rhythm): number {
  if ("everyMs" in rhythm) return rhythm.everyMs;
  const task = createTask(rhythm.cron, () => {});
  const [first, second] = task.getNextRuns(2);
  void task.destroy();
  return first === undefined || second === undefined ? 0 : second.getTime() - first.getTime();
}

function cronTicker(line: string, onTick: () => void): Ticker {
  const task: ScheduledTask = schedule(line, () => onTick(), { suppressMissedWarning: true });
  return {
    next: () => task.getNextRun()?.getTime() ?? null,
    stop: () => void task.destroy(),
  };
}

function periodTicker(everyMs: number, onTick: () => void, now: () => number): Ticker {
  let next: number | null = now() + everyMs;
  const timer = setInterval(() => {
    next = now() + everyMs;
    onTick();
  }, everyMs);
  return {
    next: () => next,
    stop: () => {
      clearInterval(timer);
      next = null;
    },
  };
}
