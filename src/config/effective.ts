import { formatDuration } from "../lib/time.ts";
import type { YamlPath } from "../lib/yaml.ts";
import { wantedAt } from "./described.ts";
import type { ConfigFormat } from "./format.ts";
import type { LoadedConfig } from "./load.ts";
import { visible } from "./problems.ts";
import { MARK } from "./redact.ts";
import { isReference } from "./references.ts";
import { isSecretPath } from "./secrets.ts";
import { shownValue } from "./url-secrets.ts";
import { valueAt } from "./value-at.ts";

/** One line of `config show --effective`. */
export interface EffectiveValue {
  readonly path: string;
  readonly value: string;
  readonly origin: string;
}

/** Every value in effect with where it came from; secrets appear as their reference, never as their value. */
export function effectiveValues(loaded: LoadedConfig): readonly EffectiveValue[] {
  return leaves(loaded.config, []).map(({ path, value }) => {
    const written = valueAt(loaded.document.value, path);
    const place = loaded.document.positionOf(path);
    const origin = written === undefined ? "default" : `${loaded.path ?? "command"}:${place.line}`;
    const { form } = wantedAt(loaded.format.jsonSchema(), path, loaded.config);
    return { path: path.join("."), value: shown({ path, value, written, form }, loaded.format), origin };
  });
}

function leaves(
  value: unknown,
  path: readonly (string | number)[],
): { path: readonly (string | number)[]; value: unknown }[] {
  if (Array.isArray(value))
    return value.length === 0 || typeof value[0] !== "object"
      ? [{ path, value }]
      : value.flatMap((v, i) => leaves(v, [...path, i]));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  }
  return value === undefined ? [] : [{ path, value }];
}

interface Leaf {
  readonly path: YamlPath;
  readonly value: unknown;
  readonly written: unknown;
  /** What the schema calls it. */
  readonly form: string | null;
}

function shown({ path, value, written, form }: Leaf, format: ConfigFormat): string {
  if (isSecretPath(path, format) && !(typeof written === "string" && isReference(written))) return MARK;
  if (form?.startsWith("duration") === true && typeof value === "number") return formatDuration(value);
  return visible(
    Array.isArray(value) ? `[${value.map(String).map(shownValue).join(", ")}]` : shownValue(String(value)),
  );
}
