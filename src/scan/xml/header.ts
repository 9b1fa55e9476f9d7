import { z } from "zod";
import { parseIntervals, size } from "../../lib/intervals.ts";
import { type DocumentProblem, type NmapHeader, type NmapTrailer, runProblem, type ScanInfo } from "./document.ts";
import { childOf, parseElement, rawAttribute } from "./element.ts";
import type { XmlElement } from "./xml-element.ts";
import { foreign, scannerSentence } from "./form/foreign.ts";
import { transportOf } from "./port-states.ts";
import { FIELD, readOptional, readText } from "./text.ts";

/** The root's start tag, read; `rest` is what follows it. */
export type HeaderRead = { readonly header: NmapHeader; readonly rest: string } | { readonly problem: DocumentProblem };

/** Reads the start tag of the root, with which the text begins. */
export function readHeader(text: string): HeaderRead {
  const end = endOfTag(text);
  if (end === null) return fail("the file ends inside the start tag of nmaprun; copy it again");
  const tag = text.slice(0, end);
  const root = parseElement(tag.endsWith("/>") ? tag : `${tag}</nmaprun>`);
  if ("error" in root) return fail(`the start tag of nmaprun is damaged (${root.error}); copy the file again`);
  const scanner = rawAttribute(root.element, "scanner");
  if (scanner?.toLowerCase() !== "nmap") return { problem: foreign(scannerSentence(scanner)) };
  if (tag.endsWith("/>")) return fail("its nmaprun is empty; scan again with nmap -oX FILE");
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

/** Offset behind the start tag; a `>` inside quotes does not end it. */
function endOfTag(text: string): number | null {
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
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

/** Null when `finished` is missing: only an nmap that came to its end writes it. */
export function readTrailer(runstats: XmlElement): NmapTrailer | null {
  const finished = childOf(runstats, "finished");
  if (finished === undefined) return null;
  const elapsed = Number(rawAttribute(finished, "elapsed") ?? "");
  return {
    finishedMs: seconds(finished, "time"),
    exit: readOptional(rawAttribute(finished, "exit"), FIELD.name),
    errorMessage: readOptional(rawAttribute(finished, "errormsg"), FIELD.message),
    elapsedSeconds: Number.isFinite(elapsed) ? elapsed : null,
    ...readCounts(childOf(runstats, "hosts")),
  };
}

/** Of three numbers the third follows from two. */
function readCounts(hosts: XmlElement | undefined): Pick<NmapTrailer, "hostsUp" | "hostsDown" | "hostsTotal"> {
  const count = (name: string) => (hosts === undefined ? null : whole(rawAttribute(hosts, name)));
  const [up, down, total] = [count("up"), count("down"), count("total")];
  return {
    hostsUp: up,
    hostsDown: down ?? (up !== null && total !== null && total >= up ? total - up : null),
    hostsTotal: total ?? (up !== null && down !== null ? up + down : null),
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

function fail(text: string): { readonly problem: DocumentProblem } {
  return { problem: runProblem("not-well-formed", text) };
}
