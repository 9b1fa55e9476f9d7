import { z } from "zod";
import type { ConfigParts } from "./parts.ts";
import { type Config, configSchema } from "./schema.ts";
import { secretKeys } from "./secret-keys.ts";

/** The whole format: what may be written, and what must not be shown. */
export interface ConfigFormat {
  readonly parts: ConfigParts;
  readonly schema: z.ZodType<Config>;
  /** JSON Schema (draft 2020-12) of what may be written in the file. */
  readonly jsonSchema: () => unknown;
  /** Whether what is under this key is a secret. */
  readonly isSecretKey: (name: string) => boolean;
}

export function configFormat(parts: ConfigParts): ConfigFormat {
  const schema = configSchema(parts);
  const jsonSchema = once(() => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  const isSecretKey = once(() => secretKeys(jsonSchema()));
  return { parts, schema, jsonSchema, isSecretKey: (name) => isSecretKey()(name) };
}

/** Many commands never ask for it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
