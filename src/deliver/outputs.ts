import { join } from "node:path";
import type { Writable } from "node:stream";
import type { LoadedConfig } from "../config/load.ts";
import type { OutputSettings } from "../config/output-kind.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Sink } from "../domain/ports/sink.ts";
import type { OutputContext, SinkDefinition } from "./definition.ts";
import { redactedSink } from "./redacted-sink.ts";
import { createFileSink } from "./sinks/file/sink.ts";

export interface SinkEnvironment {
  /** Null when a command works without a configuration. */
  readonly loaded: LoadedConfig | null;
  readonly stateDirectory: string;
  readonly clock: Clock;
  /** The kinds there are; the configuration was checked against them. */
  readonly sinks: readonly SinkDefinition[];
  /** Default: the standard output of this process. */
  readonly stdout?: Writable;
}

/** One entry of `outputs` with its kind and what it is made in. */
export interface Output {
  readonly name: string;
  readonly settings: OutputSettings;
  readonly definition: SinkDefinition;
  readonly context: OutputContext;
}

export interface ConfiguredSink {
  readonly sink: Sink;
  /** A sink that is new to the store starts at the oldest event instead of the newest. */
  readonly backfill: boolean;
}

/** The outputs of a configuration. */
export function outputsOf(
  loaded: LoadedConfig,
  { sinks, clock, stdout = process.stdout }: Pick<SinkEnvironment, "sinks" | "clock" | "stdout">,
): readonly Output[] {
  const kinds = new Map(sinks.map((definition) => [definition.kind, definition]));
  return Object.entries(loaded.config.outputs).flatMap(([name, settings]) => {
    const definition = kinds.get(settings.kind);
    if (definition === undefined) throw new Error(`output ${name}: no sink of kind ${settings.kind} is registered`);
    const secret = (key: string) => loaded.secrets.get(`outputs.${name}.${key}`)?.reveal();
    const context = { name, directory: loaded.directory, clock, stdout, secret };
    return [{ name, settings, definition, context }];
  });
}

/** The configured outputs; without any, a file in the state directory that takes everything there is. */
export function createSinks(environment: SinkEnvironment): readonly ConfiguredSink[] {
  const { loaded, stateDirectory, clock } = environment;
  const sinks = loaded === null ? [] : configuredSinks(loaded, environment);
  if (sinks.length > 0) return sinks;
  return [{ sink: createFileSink({ path: join(stateDirectory, "events.ndjson"), clock }), backfill: true }];
}

function configuredSinks(loaded: LoadedConfig, environment: SinkEnvironment): readonly ConfiguredSink[] {
  return outputsOf(loaded, environment).map(({ settings, definition, context }) => ({
    sink: redactedSink(definition.create(settings, context), loaded.redact),
    backfill: settings.backfill,
  }));
}
