import { z } from "zod";
import { parseIntervals, size } from "../../lib/intervals.ts";
import { type DocumentProblem, type NmapHeader, type NmapTrailer, runProblem, type ScanInfo } from "./document.ts";
import { childOf, parseElement, rawAttribute, whyNotWellFormed, type XmlElement } from "./element.ts";
import { transportOf } from "./port-states.ts";
import { FIELD, readOptional, readText } from "./text.ts";

const ROOT = "<nmaprun";
const MAX_HEADER = 256 * 1024;

/** The root's start tag, read; `rest` is what follows it. */
export type HeaderRead = { readonly header: NmapHeader; readonly rest: string } | { readonly problem: DocumentProblem };

/** Reads declaration, DOCTYPE, comments and the start tag of the root. */
export function readHeader(text: string): HeaderRead {
  const prolog = readProlog(text.slice(0, MAX_HEADER));
  if (typeof prolog !== "number") return { problem: prolog };
  const end = endOfTag(text, prolog);
  if (end === null) return fail("not-well-formed", "the file ends inside the start tag of nmaprun");
  const flaw = whyNotWellFormed(`${text.slice(0, end)}</nmaprun>`);
  if (flaw !== null) return fail("not-well-formed", `the header is not well-formed: ${flaw}`);
  const root = parseElement(`${text.slice(prolog, end)}</nmaprun>`);
  if ("error" in root) return fail("not-well-formed", `the header cannot be read: ${root.error}`);
  const scanner = rawAttribute(root.element, "scanner");
  if (scanner !== "nmap") return fail("foreign-document", "the scanner that wrote it is not nmap");
  return { header: headerOf(root.element), rest: text.slice(end) };
}

function headerOf(root: XmlElement): NmapHeader {
  const start = seconds(root, "start");
  return {
    scanner: readText("nmap", FIELD.name),
    version: readOptional(rawAttribute(root, "version"), FIELD.name),
    xmlOutputVersion: readOptional(rawAttribute(root, "xmloutputversion"), FIELD.name),
    args: readText(rawAttribute(root, "args") ?? "", FIELD.args),
    startMs: start,
  };
}

/**
 * Offset of the root's start tag, or why this is no plain nmap document. A DOCTYPE may only name the root: an internal
 * subset or an external one is the door of most attacks on XML parsers.
 */
function readProlog(text: string): number | DocumentProblem {
  if (!text.startsWith("<?xml ")) return runProblem("foreign-document", "it does not begin with an XML declaration");
  let at = 0;
  let doctypes = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) at++;
    else if (text.startsWith("<!--", at)) at = after(text, "-->", at + 4);
    else if (text.startsWith("<?xml", at)) at = after(text, "?>", at);
    else if (text.startsWith("<!DOCTYPE", at)) {
      doctypes++;
      const end = after(text, ">", at);
      if (doctypes > 1 || !/^<!DOCTYPE\s+nmaprun\s*>$/.test(text.slice(at, end))) {
        return runProblem("doctype", "its DOCTYPE is not the plain <!DOCTYPE nmaprun>, once");
      }
      at = end;
    } else if (text.startsWith(ROOT, at)) {
      return doctypes === 1 ? at : runProblem("doctype", "it has no <!DOCTYPE nmaprun>");
    } else return runProblem("foreign-document", "its root element is not nmaprun");
  }
  return runProblem("not-well-formed", "the file ends before the start tag of nmaprun");
}

function after(text: string, marker: string, from: number): number {
  const found = text.indexOf(marker, from);
  return found === -1 ? text.length : found + marker.length;
}

/** Offset behind the start tag at `from`; a `>` inside quotes does not end it. */
function endOfTag(text: string, from: number): number | null {
  let quote: string | null = null;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== null) quote = char === quote ? null : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === ">") return at + 1;
  }
  return null;
}

const scanInfoShape = z.object({
  type: z.string().regex(/^[a-z]{1,20}$/),
  protocol: z.string(),
  numservices: z.string().regex(/^\d{1,7}$/),
  services: z.string().max(500_000),
});

/** Null when the line is damaged or contradicts itself: then nothing is known about what was probed. */
export function readScanInfo(element: XmlElement): ScanInfo | null {
  const parsed = scanInfoShape.safeParse(element.attributes);
  const protocol = parsed.success ? transportOf(parsed.data.protocol) : null;
  if (!parsed.success || protocol === null) return null;
  const services = parseIntervals(parsed.data.services);
  const numServices = Number(parsed.data.numservices);
  if (services === null || size(services) !== numServices) return null;
  return { type: parsed.data.type, protocol, numServices, services };
}

/** Null when the element lacks one of its two children. */
export function readTrailer(runstats: XmlElement): NmapTrailer | null {
  const finished = childOf(runstats, "finished");
  const hosts = childOf(runstats, "hosts");
  if (finished === undefined || hosts === undefined) return null;
  const count = (name: string) => whole(rawAttribute(hosts, name));
  const elapsed = Number(rawAttribute(finished, "elapsed") ?? "");
  return {
    finishedMs: seconds(finished, "time"),
    exit: readOptional(rawAttribute(finished, "exit"), FIELD.name),
    errorMessage: readOptional(rawAttribute(finished, "errormsg"), FIELD.message),
    elapsedSeconds: Number.isFinite(elapsed) ? elapsed : null,
    hostsUp: count("up"),
    hostsDown: count("down"),
    hostsTotal: count("total"),
  };
}

/** Unix seconds → UTC ms. Times past the year 5000 are damage, and break every date written from them. */
function seconds(element: XmlElement, name: string): number | null {
  const value = whole(rawAttribute(element, name));
  return value === null || value > 95_617_584_000 ? null : value * 1000;
}

function whole(raw: string | undefined): number | null {
  return raw !== undefined && /^\d{1,15}$/.test(raw) ? Number(raw) : null;
}

function fail(kind: DocumentProblem["problem"], text: string): { readonly problem: DocumentProblem } {
  return { problem: runProblem(kind, text) };
}
