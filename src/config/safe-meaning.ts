import { formatDuration } from "../lib/time.ts";
import { nextRuns } from "../schedule/cron.ts";
import { periodOf } from "../schedule/ticker.ts";
import type { Finding } from "./problems.ts";
import type { Config } from "./schema.ts";
import { readWindow, type WeeklyWindow, windowAround, windowMinutes } from "./weekly-window.ts";

const MINUTE_MS = 60_000;
/** Every window comes once within it. */
const WEEK_MS = 8 * 86_400_000;

/** Safe windows that scans may miss: as long as they do, nothing is learned. */
export function safeFindings(config: Config): Finding[] {
  return config.baseline.learn.safe.flatMap((text, i): Finding[] => {
    const window = readWindow(text);
    const message = window === null ? null : missed(config, window);
    if (message === null) return [];
    const hint = "make the window longer, or scan more often";
    return [{ level: "warning", path: ["baseline", "learn", "safe", i], message, hint }];
  });
}

function missed({ profiles, every: general, schedule }: Config, window: WeeklyWindow): string | null {
  const { ports } = profiles;
  const own = ports?.every !== undefined || ports?.schedule !== undefined;
  const [every, cron] = own ? [ports.every, ports.schedule] : [general, schedule];
  const lasts = windowMinutes(window) * MINUTE_MS;
  const period = every ?? (cron === undefined ? null : periodOf({ cron }));
  if (period === null || period <= lasts) return null;
  if (every === undefined && cron !== undefined && isMet(cron, window, period)) return null;
  const apart = `scans are ${formatDuration(period)} apart and this window lasts ${formatDuration(lasts)}`;
  return `${apart}: where none fits into it, nothing is learned`;
}

function isMet(cron: string, window: WeeklyWindow, period: number): boolean {
  return nextRuns(cron, Math.ceil(WEEK_MS / period)).some((at) => windowAround(window, at) !== null);
}
