import { cleanText } from "../domain/clean-text.ts";
import { childOf, type Field, FIELD_TREE, type FieldNode } from "./fields.ts";

/** A document while it is put together: leaves without a value are dropped at the end. */
export type Branch = { readonly [key: string]: Node };
export type Node = string | number | boolean | null | undefined | readonly Node[] | Branch;

/** The finished form: no null, no empty text, array or object, every text clean and within its limit. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };
export type Tree = { readonly [key: string]: Value };

export interface Pruned {
  readonly tree: Tree;
  /** Names of the fields that were cut, in document order. */
  readonly truncated: readonly string[];
}

export function isTree(value: Value | undefined): value is Tree {
  return typeof value === "object" && !Array.isArray(value);
}

/** Drops what is empty and cuts what is too long, by the field table. Keeps the order of keys. */
export function prune(branch: Branch): Pruned {
  const truncated = new Set<string>();
  return { tree: pruneBranch(branch, FIELD_TREE, truncated), truncated: [...truncated] };
}

function pruneBranch(branch: Branch, at: FieldNode, truncated: Set<string>): Tree {
  const entries: [string, Value][] = [];
  for (const key of Object.keys(branch)) {
    const value = pruneNode(branch[key], childOf(at, key), truncated);
    if (value !== undefined) entries.push([key, value]);
  }
  // fromEntries defines own properties: a key `__proto__` stays a key.
  return Object.fromEntries(entries);
}

function pruneNode(node: Node, at: FieldNode, truncated: Set<string>): Value | undefined {
  if (node === null || node === undefined || node === "") return undefined;
  if (typeof node === "string") return fitText(node, at.field, truncated);
  if (typeof node === "number") return Number.isFinite(node) ? node : undefined;
  if (typeof node === "boolean") return node;
  if (isList(node)) return pruneList(node, at, truncated);
  const tree = pruneBranch(node, at, truncated);
  return Object.keys(tree).length === 0 ? undefined : tree;
}

// Array.isArray does not narrow readonly arrays.
function isList(node: readonly Node[] | Branch): node is readonly Node[] {
  return Array.isArray(node);
}

function pruneList(list: readonly Node[], at: FieldNode, truncated: Set<string>): Value | undefined {
  const values = list.map((item) => pruneNode(item, at, truncated)).filter((value) => value !== undefined);
  const most = at.field?.maxItems ?? null;
  if (at.field !== null && most !== null && values.length > most) truncated.add(at.field.name);
  const kept = most === null ? values : values.slice(0, most);
  return kept.length === 0 ? undefined : kept;
}

const PLAIN = /^[\x20-\x7e]*$/;
const DEFAULT_BYTES = 1024;

function fitText(text: string, field: Field | null, truncated: Set<string>): string | undefined {
  const limit = field?.maxBytes ?? DEFAULT_BYTES;
  if (text.length <= limit && PLAIN.test(text)) return text;
  // Host text was cleaned at the parser border; this also covers names that came from configuration and files.
  const clean = cleanText(text, { maxBytes: limit, multiline: isMultiline(field) });
  if (field !== null && Buffer.byteLength(text) > limit) truncated.add(field.name);
  return clean === "" ? undefined : clean;
}

function isMultiline(field: Field | null): boolean {
  return field !== null && (field.type === "flattened" || field.name.endsWith(".banner"));
}
