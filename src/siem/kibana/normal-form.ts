import type { Json, JsonObject } from "../../domain/ports/setup.ts";
import { withoutMark } from "./mark.ts";
import { readJson } from "./nested-json.ts";
import type { SavedObject } from "./saved-object.ts";

/** What Discover counts while somebody looks, and where the mark is. */
const LEFT_OUT = new Set(["fieldAttrs", "fields", "version", "hits", "tabs"]);

/** By which of its keys an element of a list is the same element. */
const IDENTITIES = ["panelIndex", "eventId", "columnId", "name"];

/**
 * A saved object so that a difference can be read: JSON inside of strings is opened, elements of lists are found by their
 * name, and the mark is gone.
 */
export function normalForm({ attributes, references }: Pick<SavedObject, "attributes" | "references">): JsonObject {
  const opened = opening({ ...attributes, ...firstTab(attributes) });
  const description = opened["description"];
  return {
    ...opened,
    ...(typeof description === "string" ? { description: withoutMark(description) } : {}),
    references: Object.fromEntries(references.map(({ type, id, name }) => [name, `${type} ${id}`])),
  };
}

/** Newer versions keep what a saved search asks for in its first tab. */
function firstTab({ tabs }: SavedObject["attributes"]): JsonObject {
  const [first] = isList(tabs) ? tabs : [];
  const own = isObject(first) ? first["attributes"] : undefined;
  return isObject(own) ? own : {};
}

function opening(object: JsonObject): JsonObject {
  const kept = Object.entries(object).filter(([key]) => !LEFT_OUT.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, opened(value)]));
}

function opened(value: Json): Json {
  const inner = typeof value === "string" && /^[[{]/.test(value) ? (readJson(value) ?? value) : value;
  if (isList(inner)) return named(inner);
  return isObject(inner) ? opening(inner) : inner;
}

function named(list: readonly Json[]): Json {
  const names = list.map((one) => (isObject(one) ? identityOf(one) : null));
  if (list.length === 0 || names.includes(null)) return list.map(opened);
  return Object.fromEntries(list.map((one, i) => [names[i] ?? i, opened(one)]));
}

function identityOf(one: JsonObject): string | null {
  const [identity] = IDENTITIES.flatMap((key) => {
    const value = one[key];
    return typeof value === "string" ? [value] : [];
  });
  return identity ?? null;
}

/**
 * What is there, without what Kibana adds when somebody saves: settings that we do not name. A panel, column or control
 * too many is no such setting, and stays.
 */
export function asFarAs(wanted: JsonObject, there: JsonObject): JsonObject {
  const kept = Object.entries(there).filter(([key, value]) => key in wanted || isAddition(wanted, value));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      const ours = wanted[key];
      return [key, isObject(ours) && isObject(value) ? asFarAs(ours, value) : value];
    }),
  );
}

/** In an object whose values are all objects, such as panels by name, another object is one more of them. */
function isAddition(wanted: JsonObject, value: Json): boolean {
  const ours = Object.values(wanted);
  return ours.length > 0 && isObject(value) && ours.every(isObject);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
