import type { LoadedConfig } from "../../config/load.ts";
import type { Profile } from "../../domain/scan-plan.ts";
import { periodOf, type Rhythm, startTicker } from "../../schedule/ticker.ts";
import type { Clock } from "../../domain/ports/clock.ts";

export interface Schedule {
  /** Another configuration: its intervals count from now. */
  restart(loaded: LoadedConfig): void;
  stop(): void;
}

type Tick = (profile: Profile) => void;

const DEFAULT_SCHEDULE = "*/30 * * * *";

/** One ticker per scheduled profile. */
export function startSchedule(loaded: LoadedConfig, clock: Clock, tick: Tick): Schedule {
  let tickers = startTickers(loaded, clock, tick);
  const stop = () => {
    for (const ticker of tickers) ticker.stop();
  };
  return {
    stop,
    restart: (changed) => {
      stop();
      tickers = startTickers(changed, clock, tick);
    },
  };
}

function startTickers(loaded: LoadedConfig, clock: Clock, tick: Tick) {
  const { profiles } = loaded.config;
  const ports = portsRhythm(loaded);
  const deep = profiles.deep === undefined ? null : rhythmOf(profiles.deep);
  const now = () => clock.now();
  const portsTicker = startTicker(ports, () => tick("ports"), now);
  return deep === null ? [portsTicker] : [portsTicker, startTicker(deep, () => tick("deep"), now)];
}

/** Time between two cycles of the ports profile, ms: what is older belongs to an earlier one. */
export function portsPeriod(loaded: LoadedConfig): number {
  return periodOf(portsRhythm(loaded));
}

function portsRhythm({ config: { schedule, every, profiles } }: LoadedConfig): Rhythm {
  const own = profiles.ports === undefined ? null : rhythmOf(profiles.ports);
  return own ?? rhythmOf({ schedule, every }) ?? { cron: DEFAULT_SCHEDULE };
}

function rhythmOf(setting: {
  readonly schedule?: string | undefined;
  readonly every?: number | undefined;
}): Rhythm | null {
  if (setting.every !== undefined) return { everyMs: setting.every };
  return setting.schedule === undefined ? null : { cron: setting.schedule };
}
