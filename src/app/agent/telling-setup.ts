import type { LoadedConfig } from "../../config/load.ts";
import { segmentOf } from "../../config/settings.ts";
import type { Telemetry } from "../../telemetry/happenings.ts";
import { portsPeriod } from "./schedule.ts";

const BANDS = ["low", "medium", "high", "critical"] as const;

/**
 * What the metrics need to know of the configuration: who speaks, and how often it scans. Counters that alerts look at
 * begin at zero, because Prometheus sees no rise in a series that was not there before.
 */
export function tellSetup({ metrics }: Telemetry, loaded: LoadedConfig): void {
  const segment = segmentOf(loaded);
  metrics.only("tripline_vantage_info", { vantage: loaded.config.vantage.name ?? segment, segment });
  metrics.set("tripline_scan_period_seconds", portsPeriod(loaded) / 1000);
  metrics.set("tripline_config_last_reload_successful", 1);
  for (const band of BANDS) metrics.count("tripline_notable_anomalies_total", { band }, 0);
}
