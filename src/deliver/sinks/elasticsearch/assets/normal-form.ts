import type { Json, JsonObject } from "../../../../domain/ports/setup.ts";

/**
 * What a server adds to a template by itself, with the value it then has. An empty object is no difference anyway.
 * The dates are those of 9.2 and later.
 */
const ADDED: ReadonlyMap<string, string | null> = new Map([
  ["data_stream.hidden", "false"],
  ["data_stream.allow_custom_routing", "false"],
  ["lifecycle.enabled", "true"],
  ["template.lifecycle.enabled", "true"],
  ["deprecated", "false"],
  ["created_date", null],
  ["created_date_millis", null],
  ["modified_date", null],
  ["modified_date_millis", null],
]);

/** An asset without its mark and without what servers add, so that what was sent and what comes back are the same. */
export function normalForm(body: JsonObject): JsonObject {
  return asObject(without(body, ""));
}

function without(value: Json, path: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).flatMap(([key, inner]): readonly (readonly [string, Json])[] => {
    const at = path === "" ? key : `${path}.${key}`;
    return at === "_meta" || isAdded(at, inner) ? [] : [[key, without(inner, at)]];
  });
  return Object.fromEntries(kept);
}

function isAdded(path: string, value: Json): boolean {
  const usual = ADDED.get(path);
  return usual === null || (usual !== undefined && (value === usual || JSON.stringify(value) === usual));
}

function asObject(value: Json): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
