import { described } from "./described.ts";
import type { ConfigFormat } from "./format.ts";
import type { Finding } from "./problems.ts";
import { isReference } from "./references.ts";
import type { Config } from "./schema.ts";
import { isSecretValue } from "./secret-keys.ts";

/** Secrets that are in the file itself. */
export function inlineSecrets(config: Config, format: ConfigFormat): readonly Finding[] {
  return described(format.jsonSchema(), config)
    .filter(({ node, value }) => isSecretValue(node) && typeof value === "string" && !isReference(value))
    .map(({ path }) => {
      const message = "the file contains a secret; use ${file:PATH} or ${env:NAME}";
      return { level: "warning", path, message };
    });
}
