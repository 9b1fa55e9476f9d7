import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

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
  });
  const at = (range: readonly number[] | null | undefined): TextPosition => position(counter, text, range);
  const errors = isWide(text)
    ? [{ ...at(null), length: 1, message: WIDE }]
    : oncePerLine(document.errors.map((e) => ({ ...at(e.pos), message: explain(e.code, e.message) })));
  const root = isNode(document.contents) ? document.contents : null;
  const value = errors.length > 0 ? null : plainValue(() => document.toJS({ maxAliasCount: MAX_ALIASES }), errors);
  return {
    value,
    errors,
    positionOf: (path) => at(nearest(root, path)?.range),
    keyPositionOf: (path) => at(keyNode(root, path)?.range ?? nearest(root, path)?.range),
  };
}

const WIDE = "this is UTF-16 or binary, not UTF-8 text: save it as UTF-8, for example with iconv -f UTF-16 -t UTF-8";

/** Every second byte of UTF-16 is a NUL, and no YAML may hold one. */
function isWide(text: string): boolean {
  return text.slice(0, 1024).includes("\0");
}

/** One slip makes the parser stumble several times on a line; the first one explains it. */
function oncePerLine(errors: readonly YamlError[]): YamlError[] {
  return errors.filter((e, i) => errors.findIndex((other) => other.line === e.line) === i);
}

function plainValue(read: () => unknown, errors: YamlError[]): unknown {
  try {
    return read();
  } catch (error) {
    errors.push({ line: 1, column: 1, length: 1, message: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

function explain(code: string, message: string): string {
  if (code === "BAD_ALIAS" || /[Aa]lias/.test(message)) {
    return `${message} (a value that starts with * is read as an alias: put it in quotes, for example "*/30 * * * *")`;
  }
  // The parser recurses: a document of brackets alone overflows the stack.
  if (message.includes("call stack")) return "it is nested too deeply to be read";
  if (code === "TAB_AS_INDENT") return "a tab is used for indentation; YAML needs spaces";
  return code === "DUPLICATE_KEY" ? "this key appears twice" : message;
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
