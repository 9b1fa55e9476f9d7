import type { XmlElement } from "./xml-element.ts";

interface Growing extends XmlElement {
  readonly attributes: Record<string, string>;
  readonly children: Growing[];
  text: string;
}

interface Cursor {
  readonly xml: string;
  at: number;
}

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const QUOTE = 0x22;
/** Far below the parser's own limit; nmap nests tables a few levels deep. */
const MAX_DEPTH = 32;
// No attribute and no element of these names is plain: the parser has its own ways with them.
const RESERVED = new Set(["prototype", ...Object.getOwnPropertyNames(Object.prototype)]);
/** An ampersand that begins no reference. */
const BARE_AMPERSAND = /&(?!(?:#\d+|#x[\da-fA-F]+|\w{1,20});)/;

/**
 * Reads one element written the way nmap writes: tags, attributes in double quotes, text, references; each character
 * is looked at once. Null for everything else (comments, CDATA, single quotes, carriage returns, odd names, anything
 * not well-formed): then the validator and the general parser decide. What is read here equals what they would read,
 * which a test compares over mutations, at a ninth of the cost.
 */
export function parsePlain(xml: string): XmlElement | null {
  // The parser turns carriage returns into line feeds.
  if (xml.charCodeAt(0) !== LT || xml.includes("\r")) return null;
  const cursor = { xml, at: 0 };
  const open: Growing[] = [];
  for (;;) {
    if (xml.charCodeAt(cursor.at + 1) === SLASH) {
      const closed = readEnd(cursor, open);
      if (closed === null) return null;
      if (open.length === 0) return cursor.at === xml.length ? closed : null;
    } else if (!readStart(cursor, open)) return null;
    if (!readText(cursor, open)) return null;
  }
}

/** `</name>`, of the innermost open element. */
function readEnd(cursor: Cursor, open: Growing[]): Growing | null {
  const element = open.pop();
  if (element === undefined || !cursor.xml.startsWith(element.name, cursor.at + 2)) return null;
  const end = cursor.at + 2 + element.name.length;
  if (cursor.xml.charCodeAt(end) !== GT) return null;
  cursor.at = end + 1;
  return element;
}

/** `<name attribute="value" …>` or `… />`; false when it is not plain. */
function readStart(cursor: Cursor, open: Growing[]): boolean {
  cursor.at++;
  const name = readName(cursor);
  if (name === null || open.length >= MAX_DEPTH) return false;
  const element: Growing = { name, attributes: {}, children: [], text: "" };
  if (!readAttributes(cursor, element.attributes)) return false;
  open.at(-1)?.children.push(element);
  if (cursor.xml.charCodeAt(cursor.at) !== SLASH) open.push(element);
  // An empty root would leave nothing open.
  else if (open.length === 0 || cursor.xml.charCodeAt(++cursor.at) !== GT) return false;
  cursor.at++;
  return true;
}

/** Up to the `>` or `/` that ends the tag. */
function readAttributes(cursor: Cursor, attributes: Record<string, string>): boolean {
  const { xml } = cursor;
  for (;;) {
    const spaced = skipSpace(cursor);
    const code = xml.charCodeAt(cursor.at);
    if (code === GT || code === SLASH) return true;
    const name = spaced ? readName(cursor) : null;
    if (name === null || attributes[name] !== undefined) return false;
    if (xml.charCodeAt(cursor.at) !== EQUALS || xml.charCodeAt(cursor.at + 1) !== QUOTE) return false;
    const from = cursor.at + 2;
    const end = xml.indexOf('"', from);
    if (end === -1) return false;
    const value = xml.slice(from, end);
    if (value.includes("<")) return false;
    attributes[name] = value;
    cursor.at = end + 1;
  }
}

/** Up to the next `<`, which must follow: the root is still open. */
function readText(cursor: Cursor, open: readonly Growing[]): boolean {
  const { xml, at } = cursor;
  const end = xml.indexOf("<", at);
  const element = open.at(-1);
  if (end === -1 || element === undefined) return false;
  cursor.at = end;
  if (end === at) return true;
  const text = xml.slice(at, end);
  if (text.includes("&") && BARE_AMPERSAND.test(text)) return false;
  element.text = element.text === "" ? text : element.text + text;
  return true;
}

/** ASCII letters, digits, `_`, `-` and `.`, beginning with a letter; null for other and for reserved names. */
function readName(cursor: Cursor): string | null {
  const from = cursor.at;
  let code = cursor.xml.charCodeAt(from);
  if (!isLetter(code)) return null;
  while (isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === 0x2d || code === 0x2e) {
    code = cursor.xml.charCodeAt(++cursor.at);
  }
  const name = cursor.xml.slice(from, cursor.at);
  return RESERVED.has(name) ? null : name;
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

function skipSpace(cursor: Cursor): boolean {
  const from = cursor.at;
  for (;;) {
    const code = cursor.xml.charCodeAt(cursor.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09) return cursor.at > from;
    cursor.at++;
  }
}
