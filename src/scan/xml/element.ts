import { XMLParser, XMLValidator } from "fast-xml-parser";

/**
 * One element with its children in document order. Attribute values and text are raw: one character per byte,
 * entities not decoded.
 */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/**
 * Options of the parser. Nothing is coerced ("1.10" is no number) and no entity is touched: decoding is ours. Order is
 * kept, which also makes every repeatable element an array. Names such as `__proto__` make the parser throw.
 */
export const PARSER_OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  maxNestedTags: 64,
  jPath: false,
} as const;

const parser = new XMLParser(PARSER_OPTIONS);
const NO_ATTRIBUTES: Readonly<Record<string, unknown>> = {};
const NO_CHILDREN: readonly XmlElement[] = [];

/**
 * Null when the text is well-formed, else the validator's own words. The parser alone accepts cut files silently, so
 * nothing is parsed before it passed here.
 */
export function whyNotWellFormed(text: string): string | null {
  try {
    const verdict = XMLValidator.validate(text);
    return verdict === true ? null : verdict.err.msg;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Parses one element. Throws an `Error` on hostile input (depth, reserved names): {@link parseElement} catches it. */
export function parseTrusted(text: string): XmlElement | null {
  const nodes: unknown = parser.parse(text);
  return (Array.isArray(nodes) ? toElements(nodes) : NO_CHILDREN)[0] ?? null;
}

/** Validates, then parses one element; the error is a sentence. */
export function parseElement(text: string): { readonly element: XmlElement } | { readonly error: string } {
  const flaw = whyNotWellFormed(text);
  if (flaw !== null) return { error: flaw };
  try {
    const element = parseTrusted(text);
    return element === null ? { error: "no element" } : { element };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** The raw value of an attribute; undefined when the element lacks it. */
export function rawAttribute(element: XmlElement, name: string): string | undefined {
  const value = element.attributes[name];
  return typeof value === "string" ? value : undefined;
}

/** A whole number from 0 up, at most 2^53; null for anything else. */
export function wholeAttribute(element: XmlElement, name: string): number | null {
  const raw = rawAttribute(element, name);
  return raw !== undefined && /^\d{1,15}$/.test(raw) ? Number(raw) : null;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

function toElements(nodes: readonly unknown[]): readonly XmlElement[] {
  const elements: XmlElement[] = [];
  for (const node of nodes) {
    const element = isRecord(node) ? toElement(node) : null;
    if (element !== null) elements.push(element);
  }
  return elements;
}

// The parser's ordered form: `{ tag: [children], ":@": { attributes } }`, texts as `{ "#text": "…" }`.
function toElement(node: Readonly<Record<string, unknown>>): XmlElement | null {
  for (const name in node) {
    const content = node[name];
    if (name === "#text" || name === ":@" || !Array.isArray(content)) continue;
    const attributes = node[":@"];
    return {
      name,
      attributes: isRecord(attributes) ? attributes : NO_ATTRIBUTES,
      children: content.length === 0 ? NO_CHILDREN : toElements(content),
      text: content.length === 0 ? "" : textOf(content),
    };
  }
  return null;
}

function textOf(nodes: readonly unknown[]): string {
  let text = "";
  for (const node of nodes) {
    const part = isRecord(node) ? node["#text"] : undefined;
    if (typeof part === "string") text += part;
  }
  return text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
