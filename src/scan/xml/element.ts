import { type MatcherView, type X2jOptions, XMLParser, XMLValidator } from "fast-xml-parser";
import { cleanText } from "../../domain/clean-text.ts";
import { parsePlain } from "./plain.ts";
import type { XmlElement } from "./xml-element.ts";

interface GrowingElement extends XmlElement {
  readonly children: GrowingElement[];
  text: string;
}

/**
 * Options of the parser. Nothing is coerced ("1.10" is not a number) and no entity is touched: decoding is ours.
 * Names such as `__proto__` make the parser throw.
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
} as const satisfies X2jOptions;

const MAX_ERROR = 120;
const NO_ATTRIBUTES: Readonly<Record<string, unknown>> = {};

// The parser shows every element before its children and every text after them. Taking them there (`false` leaves them
// out of the parser's own tree) builds our tree directly, a sixth faster than translating the parser's afterwards.
const parser = new XMLParser({ ...PARSER_OPTIONS, updateTag: take, tagValueProcessor: takeText });
/** The open elements of the document being parsed, by depth; parsing never yields, so one is enough. */
const open: GrowingElement[] = [];

function take(name: string, at: string | MatcherView, attributes: Readonly<Record<string, string>> | undefined): false {
  const depth = depthOf(at);
  const element: GrowingElement = { name, attributes: attributes ?? NO_ATTRIBUTES, children: [], text: "" };
  open[depth - 1]?.children.push(element);
  open[depth] = element;
  return false;
}

function takeText(_name: string, text: string, at: string | MatcherView): void {
  const element = open[depthOf(at)];
  if (element !== undefined) element.text += text;
}

function depthOf(at: string | MatcherView): number {
  return typeof at === "string" ? 0 : at.getDepth();
}

/**
 * Null when the text is well-formed, else the validator's own words. The parser alone accepts cut files silently, so
 * nothing is parsed before it passed here.
 */
function whyNotWellFormed(text: string): string | null {
  try {
    const verdict = XMLValidator.validate(text);
    return verdict === true ? null : readable(verdict.err.msg);
  } catch (error) {
    return readable(error);
  }
}

/** The validator quotes the document, so its words are as hostile as the document, and as long. */
function readable(error: unknown): string {
  return cleanText(error instanceof Error ? error.message : String(error), { maxBytes: MAX_ERROR });
}

/** Throws an `Error` on hostile input (depth, reserved names). */
function parseTrusted(text: string): XmlElement | null {
  const root: GrowingElement = { name: "", attributes: NO_ATTRIBUTES, children: [], text: "" };
  open.length = 0;
  open[0] = root;
  parser.parse(text);
  open.length = 0;
  return root.children[0] ?? null;
}

/** One element, as nmap writes it or in any other well-formed way; the error is a sentence. */
export function parseElement(text: string): { readonly element: XmlElement } | { readonly error: string } {
  const plain = parsePlain(text);
  return plain === null ? parseChecked(text) : { element: plain };
}

/** Validates, then parses one element: the authority, and the slow way. */
export function parseChecked(text: string): { readonly element: XmlElement } | { readonly error: string } {
  const flaw = whyNotWellFormed(text);
  if (flaw !== null) return { error: flaw };
  try {
    const element = parseTrusted(text);
    return element === null ? { error: "no element" } : { element };
  } catch (error) {
    return { error: readable(error) };
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
