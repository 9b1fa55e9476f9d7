import { z } from "zod";
import type { CleanText } from "../../domain/clean-text.ts";

/**
 * Values ↔ JSON text, one schema for both ways: what is written is checked like what is read, so a bug cannot corrupt
 * the store, and the compiler compares the schema with the domain's type in both directions.
 */
export function encodeJson<S extends z.ZodType>(schema: S, value: z.output<S>): string {
  return JSON.stringify(z.encode(schema, value));
}

/** Throws when the text is not what the schema says; callers name the row (`damagedRow`). */
export function decodeJson<S extends z.ZodType>(schema: S, text: unknown): z.output<S> {
  if (typeof text !== "string") throw new TypeError("JSON text was expected");
  return z.decode(schema, JSON.parse(text));
}

export function decodeJsonOrNull<S extends z.ZodType>(schema: S, text: unknown): z.output<S> | null {
  return text === null ? null : decodeJson(schema, text);
}

/** A Map as an array of pairs, in its order: object keys would merge with the prototype's. */
export function mapOf<K extends z.ZodType, V extends z.ZodType>(key: K, value: V) {
  return z.codec(z.array(z.array(z.unknown()).length(2)), z.custom<ReadonlyMap<z.output<K>, z.output<V>>>(isMap), {
    decode: (pairs) => new Map(pairs.map(([k, v]) => [key.parse(k), value.parse(v)])),
    encode: (map) => Array.from(map, ([k, v]) => [z.encode(key, k), z.encode(value, v)]),
  });
}

export function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

/** Text that was sanitised before it was stored; only the type is restored here. */
export const cleanText = z.custom<CleanText>(isText);
export const texts = listOf(z.string());
export const cleanTexts = listOf(cleanText);
export const textOrNull = z.string().nullable();
export const numberOrNull = z.number().nullable();

export function isClean(value: unknown): value is CleanText {
  return typeof value === "string";
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isMap(value: unknown): boolean {
  return value instanceof Map;
}
