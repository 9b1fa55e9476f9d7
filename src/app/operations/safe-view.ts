import { safePeriods } from "../../config/settings.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { isoTime } from "../../lib/time.ts";
import type { ShownSafe } from "../../report/model/safe.ts";

/** The safe periods as they are shown; absent where none are configured. */
export function shownSafe(loaded: LoadedConfig, now: number): { readonly safe?: ShownSafe } {
  const periods = safePeriods(loaded);
  if (periods === undefined) return {};
  const [inside, next] = [periods.around(now, now), periods.next(now)];
  return {
    safe: {
      windows: loaded.config.baseline.learn.safe,
      until: inside === null ? null : isoTime(inside.until),
      next: next === null ? null : isoTime(next.from),
    },
  };
}
