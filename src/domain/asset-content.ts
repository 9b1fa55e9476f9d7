import { shortDigest } from "../lib/hash.ts";
import type { Json, JsonObject } from "./ports/setup.ts";

/** Dotted path → value of every leaf. A list of plain values is one leaf; an empty object is none. */
function leavesOf(body: JsonObject): ReadonlyMap<string, string> {
  return new Map(entries(body, "").toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function entries(value: Json, path: string): readonly (readonly [string, string])[] {
  if (typeof value !== "object" || value === null) return [[path, textOf(value)]];
  if (isList(value) && value.every(isPlain)) return [[path, `[${value.map(textOf).join(", ")}]`]];
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  return Object.entries(value).flatMap(([key, inner]) => entries(inner, below(key)));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isPlain(value: Json): boolean {
  return typeof value !== "object" || value === null;
}

/** Servers give numbers and switches back as text, so the quotes are no difference. */
function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Names how the hash is made: one of another recipe says nothing about changes by hand. */
const RECIPE = "2-";

/** Of every leaf, whatever their order: the same for what was sent and for what the server gives back. */
export function contentHash(compared: JsonObject): string {
  return RECIPE + shortDigest(JSON.stringify([...leavesOf(compared)]));
}

/** Whether a hash is one of {@link contentHash}. */
export function isContentHash(hash: string | null): hash is string {
  return hash?.startsWith(RECIPE) === true;
}

/** `- path: value` for what is there, `+ path: value` for what would be, by path. */
export function difference(there: JsonObject | null, wanted: JsonObject): readonly string[] {
  const [before, after] = [leavesOf(there ?? {}), leavesOf(wanted)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is) return [];
    return [...(was === undefined ? [] : [`- ${path}: ${was}`]), ...(is === undefined ? [] : [`+ ${path}: ${is}`])];
  });
}

/** Of marks, part by part: above 0 where the first one is newer. */
export function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}
