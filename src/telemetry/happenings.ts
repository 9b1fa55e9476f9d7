import type { LogFields, Logger, LogLevel } from "./logger.ts";
import type { Labels, Metrics } from "./metrics.ts";

/** A happening is logged and counted in one call, so that a log line and a counter can never disagree. */
export interface Telemetry {
  readonly log: Logger;
  readonly metrics: Metrics;
  happened(happening: Happening): void;
}

export interface Happening {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: LogFields;
  readonly counter?: { readonly name: string; readonly labels?: Labels; readonly by?: number };
}

export function createTelemetry(log: Logger, metrics: Metrics): Telemetry {
  return {
    log,
    metrics,
    happened: ({ level, message, fields, counter }) => {
      log[level](message, fields);
      if (counter !== undefined) metrics.count(counter.name, counter.labels, counter.by);
    },
  };
}
