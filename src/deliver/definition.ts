import type { Writable } from "node:stream";
import type { z } from "zod";
import type { Claim, OutputKind, OutputPlace, OutputSettings } from "../config/output-kind.ts";
import type { Finding } from "../config/problems.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { SetupAbout, SetupWork } from "../domain/ports/setup.ts";
import type { Sink } from "../domain/ports/sink.ts";

/** What one output is made in. */
export interface OutputContext extends OutputPlace {
  readonly clock: Clock;
  /** Of this process. */
  readonly stdout: Writable;
  /** What a key that holds a secret means, its reference resolved; undefined: it is not set. */
  readonly secret: (key: string) => string | undefined;
}

/** Prepares the other side: topics, templates. Idempotent; what is not ours is left alone. */
export interface SinkSetup<Options> extends SetupAbout {
  work(options: Options, context: OutputContext): SetupWork;
  /** For people without an output of this kind, who want the files; null: they depend on its options. */
  readonly bare: (() => SetupWork) | null;
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
    setup: setup === null ? null : { ...setup, work: (output, context) => setup.work(own(output), context) },
  };
}
