import { pino } from "pino";

/** Levels have meanings: error = loss or an operator must act; warn = degraded; info = life cycle; debug = detail. */
export type LogLevel = "error" | "warn" | "info" | "debug";
export type LogFields = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Static messages with fields: text from hosts is a field, never a message. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: "pretty" | "json";
  readonly write: (line: string) => void;
}

/** One line per message on stderr; results own stdout. */
export function createLogger(options: LoggerOptions): Logger {
  const stream = { write: (line: string) => options.write(options.format === "json" ? line : prettyLine(line)) };
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => logger[level](fields ?? {}, message);
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}

export function silentLogger(): Logger {
  const nothing = () => undefined;
  return { error: nothing, warn: nothing, info: nothing, debug: nothing };
}

function prettyLine(line: string): string {
  const { level, time, msg, ...fields }: Record<string, unknown> = JSON.parse(line);
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${[String(time).slice(11, 19), String(level).padEnd(5), String(msg), ...rest].join(" ")}\n`;
}
