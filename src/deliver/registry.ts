import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Writable } from "node:stream";
import type { LoadedConfig } from "../config/load.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Sink } from "../domain/ports/sink.ts";
import { bareUrl, urlLogin } from "../config/url-secrets.ts";
import { redactedSink } from "./redacted-sink.ts";
import type { ElasticsearchSettings } from "./sinks/elasticsearch/client.ts";
import { createElasticsearchSink } from "./sinks/elasticsearch/sink.ts";
import { createFileSink } from "./sinks/file/sink.ts";
import { createKafkaSink } from "./sinks/kafka/sink.ts";
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
  kafka: ({ config }) => {
    const settings = config.outputs.kafka;
    if (settings === undefined) return null;
    const { brokers, compression, topic_prefix: prefix, backfill } = settings;
    return { sink: createKafkaSink({ brokers, compression, prefix }), backfill };
  },
  elasticsearch: (loaded) => {
    const settings = elasticsearchSettings(loaded);
    const backfill = loaded.config.outputs.elasticsearch?.backfill === true;
    return settings === null ? null : { sink: createElasticsearchSink(settings), backfill };
  },
};

/** Address, credentials and certificate as the client wants them; null when the output is not configured. */
export function elasticsearchSettings(loaded: LoadedConfig): ElasticsearchSettings | null {
  const settings = loaded.config.outputs.elasticsearch;
  if (settings === undefined) return null;
  const secret = (key: string) => loaded.secrets.get(`outputs.elasticsearch.${key}`)?.reveal();
  const [apiKey, password] = [secret("api_key"), secret("password")];
  const { url, username, ca_file: ca, insecure_skip_verify: insecureSkipVerify } = settings;
  const basic = username === undefined || password === undefined ? null : { username, password };
  return {
    // The client would take the login out of the URL by itself, but it would also tell the URL to whoever asks.
    url: bareUrl(url),
    auth: apiKey === undefined ? (urlLogin(url) ?? basic) : { apiKey },
    ca: ca === undefined ? null : readFileSync(resolve(loaded.directory, ca), "utf8"),
    insecureSkipVerify,
  };
}

function configuredSinks(loaded: LoadedConfig, environment: SinkEnvironment): readonly ConfiguredSink[] {
  const made = Object.values(FACTORIES).flatMap((make) => make(loaded, environment) ?? []);
  return made.map(({ sink, backfill }) => ({ sink: redactedSink(sink, loaded.redact), backfill }));
}

/** The configured outputs; without any, a file in the state directory that takes everything there is. */
export function createSinks(environment: SinkEnvironment): readonly ConfiguredSink[] {
  const { loaded, stateDirectory, clock } = environment;
  const sinks = loaded === null ? [] : configuredSinks(loaded, environment);
  if (sinks.length > 0) return sinks;
  return [{ sink: createFileSink({ path: join(stateDirectory, "events.ndjson"), clock }), backfill: true }];
}
