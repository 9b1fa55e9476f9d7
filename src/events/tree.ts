import { cleanText } from "../domain/clean-text.ts";
import { fieldNamed } from "./fields.ts";

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
  return { tree: pruneBranch(branch, "", truncated), truncated: [...truncated] };
}

function pruneBranch(branch: Branch, path: string, truncated: Set<string>): Tree {
  const entries: [string, Value][] = [];
  for (const [key, node] of Object.entries(branch)) {
    const value = pruneNode(node, path === "" ? key : `${path}.${key}`, truncated);
    if (value !== undefined) entries.push([key, value]);
  }
  // fromEntries defines own properties: a key `__proto__` stays a key.
  return Object.fromEntries(entries);
}

function pruneNode(node: Node, path: string, truncated: Set<string>): Value | undefined {
  if (node === null || node === undefined || node === "") return undefined;
  if (typeof node === "string") return fitText(node, path, truncated);
  if (typeof node === "number") return Number.isFinite(node) ? node : undefined;
  if (typeof node === "boolean") return node;
  if (isList(node)) return pruneList(node, path, truncated);
  const tree = pruneBranch(node, path, truncated);
  return Object.keys(tree).length === 0 ? undefined : tree;
}

// Array.isArray does not narrow readonly arrays.
function isList(node: readonly Node[] | Branch): node is readonly Node[] {
  return Array.isArray(node);
}

function pruneList(list: readonly Node[], path: string, truncated: Set<string>): Value | undefined {
  const values = list.map((item) => pruneNode(item, path, truncated)).filter((value) => value !== undefined);
  const most = fieldNamed(path)?.maxItems ?? null;
  if (most !== null && values.length > most) truncated.add(path);
  const kept = most === null ? values : values.slice(0, most);
  return kept.length === 0 ? undefined : kept;
}

const PLAIN = /^[\x20-\x7e]*$/;
const MULTILINE = /\.(?:banner|scripts\..*)$/;
const DEFAULT_BYTES = 1024;

function fitText(text: string, path: string, truncated: Set<string>): string | undefined {
  const limit = limitOf(path);
  if (text.length <= limit && PLAIN.test(text)) return text;
  // Host text was cleaned at the parser border; this also covers names that came from configuration and files.
  const clean = cleanText(text, { maxBytes: limit, multiline: MULTILINE.test(path) });
  if (Buffer.byteLength(text) > limit) truncated.add(holderOf(path));
  return clean === "" ? undefined : clean;
}

function limitOf(path: string): number {
  return (fieldNamed(path) ?? fieldNamed(holderOf(path)))?.maxBytes ?? DEFAULT_BYTES;
}

/** Keys below `labels`, `scripts` and the raw objects are data: their field is the object itself. */
function holderOf(path: string): string {
  if (fieldNamed(path) !== null) return path;
  const end = path.lastIndexOf(".");
  return end === -1 ? path : holderOf(path.slice(0, end));
}
