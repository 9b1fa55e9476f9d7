import type { z } from "zod";
import type { YamlPath } from "../lib/yaml.ts";
import type { Finding } from "./problems.ts";

/** One output as it is written, checked by the schema of its kind. */
export interface OutputSettings {
  readonly kind: string;
  /** An output that is new to the store starts at the oldest event instead of the newest. */
  readonly backfill: boolean;
  readonly [option: string]: unknown;
}

/** By name; an entry named after a kind is of that kind. */
export type Outputs = Readonly<Record<string, OutputSettings>>;

/** One kind of output, as far as the configuration must know it. What it does with events is handled by others. */
export interface OutputKind {
  /** The value of `kind`, and the name of an output that needs none. */
  readonly kind: string;
  /** For the reference page: a phrase without a full stop. */
  readonly about: string;
  /** Its keys, strict, without `kind` and `backfill`. What is secret is a `secretText` of `values.ts`. */
  readonly options: z.ZodObject;
  /** What well-formed options mean; paths start at the output. */
  readonly meaning: (output: OutputSettings, at: OutputPlace) => readonly Finding[];
  /** What no other output may write to as well. */
  readonly claims: (output: OutputSettings, at: OutputPlace) => readonly Claim[];
}

export interface OutputPlace {
  readonly name: string;
  /** Relative paths start here. */
  readonly directory: string;
}

/** Something that takes the events of one output only. */
export interface Claim {
  /** The same for two outputs: they would write into each other. */
  readonly id: string;
  /** As it is called in a sentence: "the file /srv/events.ndjson". */
  readonly name: string;
  /** The key that says so, from the output on. */
  readonly path: YamlPath;
}
