import { createReadStream, readFileSync } from "node:fs";
import { type X2jOptions, XMLParser } from "fast-xml-parser";
import { parseElement, PARSER_OPTIONS } from "../../src/scan/xml/element.ts";
import { readNmapFile } from "../../src/scan/xml/read.ts";
import { createSplitter } from "../../src/scan/xml/split.ts";

/** One way of reading the file; each runs alone in its own process, so that its peak memory is its own. */
export const MODES = ["whole", "tuned", "split", "ingest", "keep"] as const;
export type Mode = (typeof MODES)[number];

const REPEATED = new Set(
  "host port script table elem osmatch osclass address hostname cpe extraports extrareasons".split(" "),
);

/** fast-xml-parser as its documentation shows it, with the same safety as ours: no entities, nothing coerced. */
const WHOLE_OPTIONS: X2jOptions = {
  ignoreAttributes: false,
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  isArray: (name) => REPEATED.has(name),
};

/** What the parent reads from standard output. */
export interface WorkerReport {
  readonly hosts: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssBytes: number;
  readonly longestBlockMs: number;
}

async function read(mode: Mode, path: string): Promise<number> {
  if (mode === "whole") return parseWhole(path, WHOLE_OPTIONS);
  if (mode === "tuned") return parseWhole(path, PARSER_OPTIONS);
  if (mode === "split") return splitAndParse(path);
  let hosts = 0;
  const document = await readNmapFile(path, mode === "ingest" ? { onHost: () => hosts++ } : {});
  if (document.problems.length > 0) throw new Error(document.problems[0]?.text);
  return mode === "ingest" ? hosts : document.hosts.length;
}

/** The work of `whole` with the production splitter and parser, which also validates; no observations. */
async function splitAndParse(path: string): Promise<number> {
  const splitter = createSplitter(1024 ** 2);
  let hosts = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 64 * 1024 })) {
    for (const piece of splitter.push(chunk)) {
      if (piece.kind === "host" && "element" in parseElement(piece.text)) hosts++;
    }
  }
  return hosts;
}

/** Counts the hosts in the file's own words: walking the tree would be part of the measured time. */
function parseWhole(path: string, options: X2jOptions): number {
  const text = readFileSync(path, "latin1");
  const tree: unknown = new XMLParser(options).parse(text);
  return tree === undefined ? 0 : text.split("</host>").length - 1;
}

const [mode, path] = process.argv.slice(2);
const known = MODES.find((m) => m === mode);
if (known === undefined || path === undefined) throw new Error(`usage: worker.ts ${MODES.join("|")} FILE`);
let longestBlockMs = 0;
let last = performance.now();
const beat = setInterval(() => {
  const now = performance.now();
  longestBlockMs = Math.max(longestBlockMs, now - last);
  last = now;
}, 1);
const started = performance.now();
const hosts = await read(known, path);
const wallMs = performance.now() - started;
clearInterval(beat);
const usage = process.resourceUsage();
const report: WorkerReport = {
  hosts,
  wallMs,
  cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000,
  peakRssBytes: usage.maxRSS * 1024,
  longestBlockMs,
};
console.log(JSON.stringify(report));
