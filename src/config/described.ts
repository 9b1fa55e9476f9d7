import type { YamlPath } from "../lib/yaml.ts";
import type { Wanted } from "./sentences.ts";
import { isRecord, valueAt } from "./value-at.ts";

/** A value with the node of the JSON Schema that describes it. */
export interface Described {
  readonly path: YamlPath;
  readonly value: unknown;
  readonly node: unknown;
}

/** Every value of a valid configuration, from the outside in. */
export function described(node: unknown, value: unknown, path: YamlPath = []): readonly Described[] {
  const here = { path, value, node };
  if (Array.isArray(value))
    return [here, ...value.flatMap((inner, i) => described(childNode(node, i, value), inner, [...path, i]))];
  if (!isRecord(value)) return [here];
  const inside = Object.entries(value).flatMap(([key, inner]) =>
    described(childNode(node, key, value), inner, [...path, key]),
  );
  return [here, ...inside];
}

/** What the schema wants at a path of a text, valid or not. */
export function wantedAt(root: unknown, path: YamlPath, written: unknown): Wanted {
  let node = root;
  path.forEach((step, i) => {
    node = childNode(node, step, valueAt(written, path.slice(0, i)));
  });
  const here = branchesOf(node, valueAt(written, path));
  const title = valueAt(here[0], ["title"]);
  return { keys: [...new Set(here.flatMap(keysOf))], form: typeof title === "string" ? title : null };
}

function childNode(node: unknown, step: string | number, parent: unknown): unknown {
  const branch = branchOf(node, parent);
  if (typeof step === "number") return valueAt(branch, ["items"]);
  return valueAt(branch, ["properties", step]) ?? valueAt(branch, ["additionalProperties"]);
}

function keysOf(node: unknown): readonly string[] {
  const properties = valueAt(node, ["properties"]);
  const names = valueAt(node, ["propertyNames", "enum"]);
  return isRecord(properties) ? Object.keys(properties) : Array.isArray(names) ? names.map(String) : [];
}

function branchOf(node: unknown, value: unknown): unknown {
  return branchesOf(node, value)[0];
}

/** Of alternatives those whose fixed values are the ones that are written, above all where the keys they need are too. */
function branchesOf(node: unknown, value: unknown): readonly unknown[] {
  const branches = valueAt(node, ["oneOf"]) ?? valueAt(node, ["anyOf"]);
  if (!Array.isArray(branches)) return [node];
  const fitting = branches.filter((branch) => fits(branch, value));
  const whole = fitting.filter((branch) => hasWhatItNeeds(branch, value));
  return [whole, fitting, [node]].find((some) => some.length > 0) ?? [];
}

function hasWhatItNeeds(branch: unknown, value: unknown): boolean {
  const required = valueAt(branch, ["required"]);
  return Array.isArray(required) && required.every((key) => valueAt(value, [key]) !== undefined);
}

function fits(branch: unknown, value: unknown): boolean {
  const properties = valueAt(branch, ["properties"]);
  if (!isRecord(properties)) return !isRecord(value);
  return Object.entries(properties).every(([key, inner]) => {
    const fixed = valueAt(inner, ["const"]);
    return fixed === undefined || fixed === valueAt(value, [key]);
  });
}
