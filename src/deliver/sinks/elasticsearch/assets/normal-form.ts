import type { Json, JsonObject } from "../../../../domain/ports/setup.ts";

/**
 * What a server adds to an asset by itself, with the value it then has; null: whatever it is. An empty object is no
 * difference anyway. The dates came with 9.2; id, authorization, create_time and version are those of a transform.
 */
const ADDED: ReadonlyMap<string, string | null> = new Map([
  ["data_stream.hidden", "false"],
  ["data_stream.allow_custom_routing", "false"],
  ["template.lifecycle.enabled", "true"],
  ["deprecated", "false"],
  ["created_date", null],
  ["created_date_millis", null],
  ["modified_date", null],
  ["modified_date_millis", null],
  ["id", null],
  ["authorization", null],
  ["create_time", null],
  ["version", null],
]);

/** An asset without its mark and without what servers add, so that what was sent and what comes back are the same. */
function normalForm(body: JsonObject): JsonObject {
  return inside(body, "");
}

/** A transform that is not running is as good as none, so that this belongs to what is compared. */
export function comparedForm(kind: string, body: JsonObject, running = true): JsonObject {
  const normal = normalForm(body);
  return kind === "transform" ? { ...normal, running } : normal;
}

function inside(value: JsonObject, path: string): JsonObject {
  const kept = Object.entries(value).flatMap(([key, inner]): readonly (readonly [string, Json])[] => {
    const at = path === "" ? key : `${path}.${key}`;
    if (at === "_meta" || isAdded(at, inner)) return [];
    return [[key, isObject(inner) ? inside(inner, at) : inner]];
  });
  return Object.fromEntries(kept);
}

function isAdded(path: string, value: Json): boolean {
  const usual = ADDED.get(path);
  return usual === null || (usual !== undefined && (value === usual || JSON.stringify(value) === usual));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
