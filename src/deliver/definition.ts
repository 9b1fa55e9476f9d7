import type { Writable } from "node:stream";
import type { z } from "zod";
import type { Claim, OutputKind, OutputPlace, OutputSettings } from "../config/output-kind.ts";
import type { Finding } from "../config/problems.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Sink } from "../domain/ports/sink.ts";
import type { Result } from "../lib/result.ts";

/** What one output is made in. */
export interface OutputContext extends OutputPlace {
  readonly clock: Clock;
  /** Of this process. */
  readonly stdout: Writable;
  /** What a key that holds a secret means, its reference resolved; undefined: it is not set. */
  readonly secret: (key: string) => string | undefined;
}

/** Prepares the other side: topics, templates. Idempotent; what is not ours is left alone. */
export interface SinkSetup<Options> {
  /** For `--help`, without a full stop. */
  readonly about: string;
  /** Command lines for `--help`. */
  readonly examples: readonly string[];
  /** Options of the command line that only this kind has. */
  readonly choices: readonly SetupChoice[];
  /** The error is a sentence. */
  run(options: Options, context: OutputContext, request: SetupRequest): Promise<Result<readonly SetupStep[], string>>;
}

export interface SetupChoice {
  /** Without the dashes. */
  readonly name: string;
  readonly about: string;
  readonly values: readonly [string, ...string[]];
  readonly default: string;
}

export interface SetupRequest {
  /** Only looks. */
  readonly dryRun: boolean;
  /** By name; every choice of the kind is there. */
  readonly chosen: ReadonlyMap<string, string>;
}

/** One thing on the other side, as it was found. */
export interface SetupStep {
  /** What it is, for people, in columns. */
  readonly what: readonly string[];
  /** `create` and `update` are done now, or would be; any other word is how it is. */
  readonly state: string;
  /** Why it was left alone, as a sentence; null: it is well. */
  readonly trouble: string | null;
  /** The same for programs. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** One kind of output with everything that is known about it, as its folder writes it. */
export interface SinkParts<Options extends z.ZodObject> {
  readonly kind: string;
  readonly about: string;
  /** The schema of its keys; a secret is a `secretText`. */
  readonly options: Options;
  readonly meaning: (options: z.output<Options>, at: OutputPlace) => readonly Finding[];
  readonly claims: (options: z.output<Options>, at: OutputPlace) => readonly Claim[];
  /** `Sink.check` of what it makes is what `doctor` and the relay ask. */
  readonly create: (options: z.output<Options>, context: OutputContext) => Sink;
  /** Null: there is nothing to prepare. */
  readonly setup: SinkSetup<z.output<Options>> | null;
}

/** The same for those who know the kind by its name only. */
export interface SinkDefinition extends OutputKind {
  readonly create: (output: OutputSettings, context: OutputContext) => Sink;
  readonly setup: SinkSetup<OutputSettings> | null;
}

export function defineSink<Options extends z.ZodObject>(parts: SinkParts<Options>): SinkDefinition {
  const { kind, about, options, meaning, claims, create, setup } = parts;
  // The configuration lets an output of this kind pass only when this schema does, so these are its options.
  const own = (output: OutputSettings) => output as z.output<Options>;
  return {
    kind,
    about,
    options,
    meaning: (output, at) => meaning(own(output), at),
    claims: (output, at) => claims(own(output), at),
    create: (output, context) => create(own(output), context),
    setup:
      setup === null ? null : { ...setup, run: (output, context, request) => setup.run(own(output), context, request) },
  };
}
