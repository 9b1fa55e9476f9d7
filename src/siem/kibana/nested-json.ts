import type { Json } from "../../domain/ports/setup.ts";

/** JSON inside of a string; undefined: it is none. */
export function readJson(text: unknown): Json | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
