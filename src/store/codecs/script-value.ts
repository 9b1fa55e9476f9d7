import { z } from "zod";
import type { ScriptValue } from "../../domain/observation.ts";
import { isClean } from "./json.ts";

/** A script's result is text, list or table; a table is `{ "map": pairs }`, since its keys come from hosts. */
export const scriptValue = z.codec(z.unknown(), z.custom<ScriptValue>(isScriptValue), {
  decode: unpack,
  encode: packScriptValue,
});

function isScriptValue(value: unknown): boolean {
  return typeof value === "string" || Array.isArray(value) || value instanceof Map;
}

type Packed = string | readonly Packed[] | { readonly map: readonly (readonly [string, Packed])[] };

export function packScriptValue(value: ScriptValue): Packed {
  if (typeof value === "string") return value;
  return isTable(value)
    ? { map: [...value].map(([key, item]) => [key, packScriptValue(item)] as const) }
    : value.map(packScriptValue);
}

function isTable(value: Exclude<ScriptValue, string>): value is ReadonlyMap<string, ScriptValue> {
  return value instanceof Map;
}

function unpack(json: unknown): ScriptValue {
  if (isClean(json)) return json;
  if (Array.isArray(json)) return json.map(unpack);
  if (typeof json === "object" && json !== null && "map" in json && Array.isArray(json.map)) {
    return new Map(json.map.map(unpackPair));
  }
  throw new TypeError("a script's value is text, a list or a table");
}

function unpackPair(pair: unknown): [string, ScriptValue] {
  if (!Array.isArray(pair) || pair.length !== 2) throw new TypeError("a table holds pairs");
  const [key, value]: readonly unknown[] = pair;
  if (typeof key !== "string") throw new TypeError("a table's key is text");
  return [key, unpack(value)];
}
