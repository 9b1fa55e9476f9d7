import { ECS_ROWS } from "./field-table/ecs.ts";
import { type Field, toField } from "./field-table/field.ts";
import { TRIPLINE_ROWS } from "./field-table/tripline.ts";

export type { Field } from "./field-table/field.ts";

/** An event is at most this long, in bytes of its JSON. */
export const MAX_EVENT_BYTES = 65_536;
/** A message is one sentence of at most this many UTF-16 units. */
export const MAX_MESSAGE = 256;

/**
 * Every leaf an event may have, in the order of the documentation. Mappings, JSON Schema, field page and the checks
 * of the tests are made from this table and from nothing else.
 */
export const FIELDS: readonly Field[] = [
  ...ECS_ROWS.map((row) => toField(row, "ecs")),
  ...TRIPLINE_ROWS.map((row) => toField(row, "tripline")),
];

/** The table as a tree, for walking a document beside it. */
export interface FieldNode {
  /** Set where the name ends; what is below is data of that field: labels, scripts, raw objects. */
  readonly field: Field | null;
  readonly children: ReadonlyMap<string, FieldNode>;
}

export const FIELD_TREE: FieldNode = nodeOf(FIELDS, "");

const UNKNOWN: FieldNode = { field: null, children: new Map() };

export function childOf(node: FieldNode, key: string): FieldNode {
  return node.children.get(key) ?? (node.field === null ? UNKNOWN : node);
}

function nodeOf(fields: readonly Field[], prefix: string): FieldNode {
  const groups = Map.groupBy(fields, (field) => field.name.slice(prefix.length).split(".")[0] ?? "");
  const children = [...groups].map(([key, members]): [string, FieldNode] => {
    const leaf = members.find((field) => field.name === prefix + key);
    return [key, leaf === undefined ? nodeOf(members, `${prefix}${key}.`) : { field: leaf, children: new Map() }];
  });
  return { field: null, children: new Map(children) };
}

const BY_NAME: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [field.name, field]));

/** The field of a dotted name; null when the contract has none. */
export function fieldNamed(name: string): Field | null {
  return BY_NAME.get(name) ?? null;
}
