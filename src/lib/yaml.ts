import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { encodingProblem } from "./files.ts";

/** Line and column from 1; `length` in characters of the marked text on that line, at least 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface YamlError extends TextPosition {
  readonly message: string;
}

export type YamlPath = readonly (string | number)[];

/** A parsed YAML or JSON text that still knows where everything stood. */
export interface YamlDocument {
  /** Plain data; null when there are errors. Maps with hostile keys keep them as own keys. */
  readonly value: unknown;
  readonly errors: readonly YamlError[];
  /** Where the value at a path stands; the nearest existing parent when the path itself is not in the text. */
  positionOf(path: YamlPath): TextPosition;
  /** Where the key of the last path step stands; the value's position when there is no such key. */
  keyPositionOf(path: YamlPath): TextPosition;
}

/** More uses of anchors than this, nested ones multiplied, are a bomb, not a document. */
const MAX_ALIASES = 10_000;

/**
 * Parses one YAML 1.2 document with positions. Merge keys (`<<`) are understood; duplicate keys, tabs and unknown aliases are errors; several documents
 * in one text are an error too. Never throws.
 */
export function parseYaml(text: string): YamlDocument {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    uniqueKeys: true,
    prettyErrors: false,
    version: "1.2",
    merge: true,
    logLevel: "error",
  });
  const at = (range: readonly number[] | null | undefined): TextPosition => position(counter, text, range);
  const foreign = encodingProblem(text);
  const errors =
    foreign !== null
      ? [{ ...at(unreadable(text)), message: foreign }]
      : oncePerLine(document.errors.map((e) => ({ ...at(e.pos), message: explain(e.message) })));
  const root = isNode(document.contents) ? document.contents : null;
  const fail = (message: string) => errors.push({ ...at(aliasRange(text, message)), message: explain(message) });
  const value = errors.length > 0 ? null : plainValue(() => document.toJS({ maxAliasCount: MAX_ALIASES }), fail);
  return {
    value,
    errors,
    positionOf: (path) => at(nearest(root, path)?.range),
    keyPositionOf: (path) => at(keyNode(root, path)?.range ?? nearest(root, path)?.range),
  };
}

/** The first character that no decoder could read; the beginning where nothing is text. */
function unreadable(text: string): readonly [start: number, end: number] {
  const start = text.includes("\0") ? 0 : text.indexOf("\ufffd");
  return [start, start + 1];
}

/** One slip makes the parser stumble several times on a line; the first one explains it. */
function oncePerLine(errors: readonly YamlError[]): YamlError[] {
  return errors.filter((e, i) => errors.findIndex((other) => other.line === e.line) === i);
}

function plainValue(read: () => unknown, fail: (message: string) => void): unknown {
  try {
    return read();
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
    return null;
  }
}

/** The parser does not say where an alias stands that leads nowhere. */
function aliasRange(text: string, message: string): readonly number[] | null {
  const name = /^Unresolved alias .*: (.+)$/.exec(message)?.[1];
  const start = name === undefined ? -1 : text.indexOf(`*${name}`);
  return start < 0 || name === undefined ? null : [start, start + name.length + 1];
}

/** What is wrong, as somebody would say it who never read the YAML specification; the first that fits. */
const SENTENCES: readonly (readonly [found: RegExp, sentence: string])[] = [
  // The parser recurses: a document of brackets alone overflows the stack.
  [/call stack/, "it is nested too deeply to be read"],
  [/^Unresolved alias .*: (.+)$/, 'nothing is named $1; put a value that starts with * in quotes: "*/30 * * * *"'],
  [/alias count/, "its aliases repeat so much that it cannot be read"],
  [/^(?:Alias|Anchor) |^Unexpected alias/, 'put a value that starts with * or & in quotes, for example "*/30 * * * *"'],
  [/^Tabs are not allowed/, "a tab is used for indentation; YAML needs spaces"],
  [/^Map keys must be unique/, "this key appears twice"],
  [/multiple documents/, "a second document begins here: remove the line with ---"],
  [
    /^Nested mappings/,
    'a second "key: value" inside a value: put a value with a colon in quotes, or mend the indentation below it',
  ],
  [/^(?:Implicit keys need|Implicit map keys)/, 'a colon and a space are missing: write "key: value"'],
  [/must start at the same column/, "this line must begin in the same column as the others of its group"],
  [/end with an? (.)$/, "a closing $1 is missing, or a line inside is not indented enough"],
  [/^Missing closing (.)quote/, "a quote is opened and never closed"],
  [/^Plain value cannot start with .*(.)$/, "a value cannot begin with $1: put it in quotes"],
  [/^Invalid escape sequence (.+)$/, "$1 means nothing in double quotes: write two backslashes, or use single quotes"],
  [/flow-(?:map|seq)-end token/, "a closing bracket without an opening one"],
  [/^Unexpected block-seq-ind/, "a list begins on the next line: write - below the key"],
  [/^Unexpected .* at node end/, "this does not belong here: check the quotes and the indentation before it"],
  [
    /within flow collections|between flow|flow sequence pairs/,
    "a comma is missing, or a list with - is inside brackets",
  ],
  [/^Block scalar header/, "after | or > the text begins on the next line"],
  [/^Comments must be/, "a space is missing before #"],
  [/^Merge sources/, "<< takes over the keys of another group: write <<: *name"],
  [/at most 1024/, "a key may have at most 1024 characters"],
];

function explain(message: string): string {
  const known = SENTENCES.find(([found]) => found.test(message));
  if (known === undefined) return `this is not valid YAML (${message})`;
  const [, first = ""] = known[0].exec(message) ?? [];
  return known[1].replaceAll("$1", () => first);
}

function nearest(root: Node | null, path: YamlPath): Node | null {
  let node: Node | null = root;
  for (const step of path) {
    const next = child(node, step);
    if (next === null) return node;
    node = next;
  }
  return node;
}

function child(node: Node | null, step: string | number): Node | null {
  if (!isMap(node) && !isSeq(node)) return null;
  const next: unknown = node.get(step, true);
  // An alias is where it is written, not where its anchor is.
  return isNode(next) ? next : null;
}

function keyNode(root: Node | null, path: YamlPath): Node | null {
  const parent = nearest(root, path.slice(0, -1));
  const key = path.at(-1);
  if (!isMap(parent)) return null;
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return isNode(pair?.key) ? pair.key : null;
}

function position(counter: LineCounter, text: string, range: readonly number[] | null | undefined): TextPosition {
  const start = range?.[0] ?? 0;
  const end = Math.max(range?.[1] ?? start, start + 1);
  const { line, col } = counter.linePos(start);
  const lineEnd = text.indexOf("\n", start);
  return {
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    length: Math.max(1, Math.min(end, lineEnd < 0 ? text.length : lineEnd) - start),
  };
}
