/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Words for people: they may be said better without anything else being different. `*` is any element of a list. */
const PROSE: ReadonlySet<string> = new Set([
  "message",
  "event.reason",
  "event.reference",
  "tripline.score.parts.*.why",
]);

/** An event without its prose, keys in the order of their names: the same for the same facts. */
export function canonical(event: Json): string {
  return JSON.stringify(sorted(event, ""));
}

function sorted(value: Json, path: string): Json {
  if (isList(value)) return value.map((one) => sorted(one, `${path}.*`));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.keys(value).sort();
  const kept = entries.map((key) => [key, path === "" ? key : `${path}.${key}`] as const);
  return Object.fromEntries(
    kept.filter(([, at]) => !PROSE.has(at)).map(([key, at]) => [key, sorted(value[key] ?? null, at)]),
  );
}

/** The first place in which two canonical values differ, with both sides; null when they are equal. */
export function firstDifference(before: Json, after: Json, path = ""): string | null {
  if (JSON.stringify(before) === JSON.stringify(after)) return null;
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    const key = keys.find((k) => JSON.stringify(before[k]) !== JSON.stringify(after[k])) ?? "";
    const at = path === "" ? key : `${path}.${key}`;
    if (!(key in before) || !(key in after)) return `${at}: ${shown(before[key])} → ${shown(after[key])}`;
    return firstDifference(before[key] ?? null, after[key] ?? null, at);
  }
  if (isList(before) && isList(after) && before.length === after.length) {
    const i = before.findIndex((one, n) => JSON.stringify(one) !== JSON.stringify(after[n]));
    return firstDifference(before[i] ?? null, after[i] ?? null, `${path}.${i}`);
  }
  return `${path}: ${shown(before)} → ${shown(after)}`;
}

function shown(value: Json | undefined): string {
  return value === undefined ? "(absent)" : JSON.stringify(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === "object" && !isList(value);
}
