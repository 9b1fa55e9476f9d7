import { join, resolve } from "node:path";
import type { Writable } from "node:stream";
import type { LoadedConfig } from "../config/load.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Sink } from "../domain/ports/sink.ts";
import { createFileSink } from "./sinks/file/sink.ts";
import { createStdoutSink } from "./sinks/stdout/sink.ts";

export interface SinkEnvironment {
  /** Null when a command works without a configuration. */
  readonly loaded: LoadedConfig | null;
  readonly stateDirectory: string;
  readonly clock: Clock;
  /** Default: the standard output of this process. */
  readonly stdout?: Writable;
}

export interface ConfiguredSink {
  readonly sink: Sink;
  /** A sink that is new to the store starts at the oldest event instead of the newest. */
  readonly backfill: boolean;
}

type Factory = (loaded: LoadedConfig, environment: SinkEnvironment) => ConfiguredSink | null;

/** Every kind of output an operator can configure; the name of a sink is its key under `outputs`. */
const FACTORIES: Readonly<Record<keyof LoadedConfig["config"]["outputs"], Factory>> = {
  file: ({ config, directory }, { clock }) => {
    const settings = config.outputs.file;
    if (settings === undefined) return null;
    return { sink: createFileSink({ path: resolve(directory, settings.path), clock }), backfill: settings.backfill };
  },
  stdout: ({ config }, { stdout = process.stdout }) => {
    const settings = config.outputs.stdout;
    return settings === undefined ? null : { sink: createStdoutSink(stdout), backfill: settings.backfill };
  },
  kafka: () => null,
  elasticsearch: () => null,
};

/** The configured outputs; without any, a file in the state directory that takes everything there is. */
export function createSinks(environment: SinkEnvironment): readonly ConfiguredSink[] {
  const { loaded, stateDirectory, clock } = environment;
  const sinks = loaded === null ? [] : Object.values(FACTORIES).flatMap((make) => make(loaded, environment) ?? []);
  if (sinks.length > 0) return sinks;
  return [{ sink: createFileSink({ path: join(stateDirectory, "events.ndjson"), clock }), backfill: true }];
}
