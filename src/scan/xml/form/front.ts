import { type DocumentProblem, runProblem } from "../document.ts";
import { byteOffset, type Encoding, encodingOf, headText } from "./encoding.ts";
import { binarySentence, foreign, isJson, rootSentence, textSentence } from "./foreign.ts";

/** What the beginning of a file shows: where the root of nmap's document begins, or why this is none. */
export type Front =
  | { readonly kind: "found"; readonly encoding: Encoding; readonly at: number }
  | { readonly kind: "refused"; readonly problem: DocumentProblem }
  | { readonly kind: "more" };

type Place = { readonly at: number } | { readonly problem: DocumentProblem } | "more";

/** A log in front of the document may be long, but not endless. */
export const MAX_FRONT = 256 * 1024;
const MAX_NAMING = 64 * 1024;

const BLANK = /[^\s\u0000\ufeff]/;
const START = /<\?xml\s|<!DOCTYPE\s|<nmaprun[\s/>]/g;
const TAG = /<([A-Za-z_:][^\s/><"'=]*)/y;
/**
 * A DOCTYPE may name the root, and nmap's own DTD, which is never fetched. .NET writes an empty internal subset; one
 * with content, or another DTD, is the door of most attacks on XML parsers.
 */
const PLAIN_DOCTYPE =
  /<!DOCTYPE\s+nmaprun(?:\s+(?:SYSTEM|PUBLIC\s+(?:"[^"<>]*"|'[^'<>]*'))\s+(?:"(?:[^"<>]*\/)?nmap\.dtd"|'(?:[^'<>]*\/)?nmap\.dtd'))?\s*(?:\[\s*\]\s*)?>/y;
const DOCTYPE_NAME = /<!DOCTYPE\s+([^\s>[]+)/iy;

/**
 * Looks for the root element of nmap's document. The form of what is before it is not evidence of anything: nmap
 * before 6.45 wrote no DOCTYPE, other programs write their own prolog, and shells put warnings in front.
 * `whole`: no more bytes will come.
 */
export function readFront(head: Buffer, whole: boolean): Front {
  if (head.length < 4 && !whole) return { kind: "more" };
  const binary = binarySentence(head);
  if (binary !== null) return { kind: "refused", problem: foreign(binary) };
  const encoding = encodingOf(head);
  if (encoding.kind === "unknown") return { kind: "refused", problem: undecodable(encoding.label) };
  const text = headText(head, encoding);
  const place = findRoot(text);
  if (place === "more") return whole || head.length >= MAX_FRONT ? refuseText(text) : { kind: "more" };
  if ("problem" in place) {
    // What follows the root element helps to name its program.
    const named = whole || place.problem.problem !== "foreign-document" || head.length >= MAX_NAMING;
    return named ? { kind: "refused", problem: place.problem } : { kind: "more" };
  }
  return { kind: "found", encoding, at: byteOffset(encoding, place.at) };
}

function undecodable(label: string): DocumentProblem {
  const fix = `convert it: iconv -f ${label} -t UTF-8 FILE`;
  return runProblem("foreign-document", `it is written in ${label}, which cannot be read here; ${fix}`);
}

function findRoot(text: string): Place {
  const start = text.search(BLANK);
  // JSON of another program may quote a scan: that is not text in front of it.
  return start === -1 || isJson(text) ? "more" : walkProlog(text, start);
}

/** Over declarations, comments, instructions and lines of text to the first start tag. */
function walkProlog(text: string, from: number): Place {
  let doctypes = 0;
  for (let at = from; ; ) {
    at = skipBlanks(text, at);
    if (at >= text.length) return "more";
    if (text.startsWith("<!--", at)) at = after(text, "-->", at + 4);
    else if (text.startsWith("<?", at)) at = after(text, "?>", at);
    else if ("<!--".startsWith(text.slice(at))) return "more";
    else if (text.startsWith("<!", at)) {
      const read = ++doctypes > 1 ? { problem: DOCTYPE_TWICE } : readDoctype(text, at);
      if (read === "more" || "problem" in read) return read;
      at = read.at;
    } else {
      const root = readRoot(text, at);
      if (root !== null) return root;
      at = afterLines(text, at);
    }
  }
}

/** Warnings of nmap or of a shell, up to what looks like a beginning of XML. */
function afterLines(text: string, from: number): number {
  START.lastIndex = from + 1;
  return START.exec(text)?.index ?? text.length;
}

const DOCTYPE_TWICE = runProblem("doctype", "it has two DOCTYPEs, which no XML has; scan again with nmap -oX FILE");
const HOSTILE_DOCTYPE = runProblem(
  "doctype",
  "its DOCTYPE declares entities or another DTD, as attacks do and nmap never; delete it if you trust the file",
);

/** Offset behind the DOCTYPE at `at`. */
function readDoctype(text: string, at: number): Place {
  PLAIN_DOCTYPE.lastIndex = at;
  if (PLAIN_DOCTYPE.test(text)) return { at: PLAIN_DOCTYPE.lastIndex };
  const end = text.indexOf(">", at);
  if (end === -1) return "more";
  DOCTYPE_NAME.lastIndex = at;
  const name = DOCTYPE_NAME.exec(text)?.[1];
  if (name !== undefined && name !== "nmaprun") return { problem: foreign(rootSentence(name, text)) };
  return { problem: HOSTILE_DOCTYPE };
}

/** Null when no start tag is there. */
function readRoot(text: string, at: number): Place | null {
  TAG.lastIndex = at;
  const name = TAG.exec(text)?.[1];
  if (name === undefined) return text.length - at < 2 ? "more" : null;
  // The end of the text may have cut the name.
  if (at + 1 + name.length >= text.length) return "more";
  return name === "nmaprun" ? { at } : { problem: foreign(rootSentence(name, text)) };
}

/** The text ended, or grew past the limit, without a root element. */
function refuseText(text: string): Front {
  const start = text.search(BLANK);
  if (start === -1) return { kind: "refused", problem: runProblem("empty-output", BLANKS) };
  const isCut =
    /^<(?:[A-Za-z_:!?]|$)/.test(text.slice(start, start + 2)) || (!isJson(text) && text.search(START) !== -1);
  return { kind: "refused", problem: isCut ? runProblem("not-well-formed", CUT) : foreign(textSentence(text)) };
}

const CUT = "the file ends before the start tag of nmaprun; copy it again";
const BLANKS = "it holds nothing but blanks or zero bytes, as after an interrupted write; copy it again";

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s\u0000\ufeff]/.test(text.charAt(at))) at++;
  return at;
}

function after(text: string, marker: string, from: number): number {
  const found = text.indexOf(marker, from);
  return found === -1 ? text.length : found + marker.length;
}
