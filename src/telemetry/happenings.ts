import type { LogFields, Logger, LogLevel } from "./logger.ts";
import type { Labels, Metrics } from "./metrics.ts";

/** A happening is logged and counted in one call, so that a log line and a counter can never disagree. */
export interface Telemetry {
  readonly metrics: Metrics;
  happened(name: HappeningName, more?: Told): void;
}

/** What differs from one time to the next. */
export interface Told {
  readonly fields?: LogFields;
  /** Of the counter of the happening. */
  readonly labels?: Labels;
  /** Graver than its row, for one that somebody should look at. */
  readonly level?: LogLevel;
}

export interface Happening {
  readonly level: LogLevel;
  /** Static: what differs from one time to the next is a field. */
  readonly message: string;
  /** Counted besides `tripline_happenings_total`, with the labels of the call; null: that one is enough. */
  readonly counter: string | null;
}

const ROWS = {
  "agent-started": { level: "info", message: "agent started", counter: null },
  "agent-stopped": { level: "info", message: "agent stopped", counter: null },
  "state-warning": { level: "warn", message: "the state was opened with a warning", counter: null },
  "scan-unfinished": {
    level: "warn",
    message: "an unfinished scan was found; it is resumed if it is recent enough",
    counter: null,
  },
  "cycle-finished": { level: "info", message: "cycle finished", counter: "tripline_cycles_total" },
  "cycle-interrupted": {
    level: "warn",
    message: "cycle interrupted; nothing was learned",
    counter: "tripline_cycles_total",
  },
  "cycle-refused": { level: "error", message: "nothing was scanned", counter: "tripline_cycles_total" },
  "cycle-failed": {
    level: "error",
    message: "cycle failed; nothing was learned from it",
    counter: "tripline_cycles_total",
  },
  "tick-skipped": {
    level: "warn",
    message: "tick skipped: a scan is still running",
    counter: "tripline_cycles_skipped_total",
  },
  "anomaly-opened": { level: "info", message: "anomaly opened", counter: "tripline_anomaly_steps_total" },
  "anomaly-escalated": { level: "info", message: "anomaly escalated", counter: "tripline_anomaly_steps_total" },
  "anomaly-updated": { level: "info", message: "anomaly updated", counter: "tripline_anomaly_steps_total" },
  "anomaly-resolved": { level: "info", message: "anomaly resolved", counter: "tripline_anomaly_steps_total" },
  "anomaly-accepted": { level: "info", message: "anomaly accepted", counter: "tripline_anomaly_steps_total" },
  "anomaly-muted": { level: "info", message: "anomaly muted", counter: "tripline_anomaly_steps_total" },
  "anomaly-unmuted": { level: "info", message: "anomaly unmuted", counter: "tripline_anomaly_steps_total" },
  "anomaly-aged": { level: "info", message: "anomaly became normal", counter: "tripline_anomaly_steps_total" },
  "anomaly-closed": { level: "info", message: "anomaly closed", counter: "tripline_anomaly_steps_total" },
  "anomaly-reopened": { level: "info", message: "anomaly reopened", counter: "tripline_anomaly_steps_total" },
  "first-look": { level: "info", message: "first look at the segment", counter: null },
  "service-found": { level: "info", message: "service that deserves a look", counter: null },
  "declarations-compared": {
    level: "info",
    message: "the declarations changed; the last scan was compared with them",
    counter: null,
  },
  "declarations-not-compared": {
    level: "error",
    message:
      "the changed declarations could not be compared with the last scan; they will be compared with the next one",
    counter: null,
  },
  "declarations-evaluated": { level: "info", message: "declarations evaluated", counter: null },
  "state-not-swept": { level: "error", message: "old rows and files could not be removed", counter: null },
  "health-not-recorded": { level: "error", message: "health could not be recorded", counter: null },
  "config-warning": { level: "warn", message: "configuration warning", counter: null },
  "change-refused": { level: "error", message: "announcement refused", counter: null },
  "config-problem": { level: "error", message: "configuration problem", counter: null },
  "config-loaded": {
    level: "info",
    message: "configuration loaded; it takes effect from the next cycle",
    counter: null,
  },
  "config-rejected": {
    level: "error",
    message: "configuration rejected; the previous one stays in effect",
    counter: null,
  },
  "config-needs-restart": { level: "warn", message: "this setting takes effect after a restart", counter: null },
  "reload-not-recorded": { level: "error", message: "the reload could not be recorded", counter: null },
  "control-missing": {
    level: "error",
    message: "no control socket; commands that change something are refused while this agent runs",
    counter: null,
  },
  "control-done": { level: "info", message: "request done", counter: "tripline_control_requests_total" },
  "control-refused": { level: "warn", message: "request refused", counter: "tripline_control_requests_total" },
  "sink-down": { level: "error", message: "output does not accept events; they wait in the outbox", counter: null },
  "sink-recovered": { level: "info", message: "output accepts events again", counter: null },
  "events-refused": { level: "error", message: "events refused for good", counter: null },
  "relay-refused": { level: "error", message: "the store refused the relay; no event is lost", counter: null },
} as const satisfies Readonly<Record<string, Happening>>;

export type HappeningName = keyof typeof ROWS;

/** Everything that this agent says about itself. Levels: error = loss, or an operator must act; warn = degraded. */
export const HAPPENINGS: Readonly<Record<HappeningName, Happening>> = ROWS;

export function createTelemetry(log: Logger, metrics: Metrics): Telemetry {
  return {
    metrics,
    happened: (name, { fields, labels, level = HAPPENINGS[name].level } = {}) => {
      const { message, counter } = HAPPENINGS[name];
      log[level](message, fields);
      metrics.count("tripline_happenings_total", { happening: name, level });
      if (counter !== null) metrics.count(counter, labels);
    },
  };
}
