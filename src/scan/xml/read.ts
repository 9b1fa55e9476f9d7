import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { HostObservation } from "../../domain/observation.ts";
import type { ScanProgress } from "../../domain/ports/scanner.ts";
import type { RunPhase } from "../../domain/scan-plan.ts";
import { type DocumentProblem, type NmapDocument, runProblem } from "./document.ts";
import { createDocumentReader } from "./document-reader.ts";
import { createForm } from "./form/form.ts";
import { createSplitter } from "./split.ts";

export interface ReadOptions {
  /** Phase of the run, for the coverage; default `ports`. */
  readonly phase?: RunPhase;
  /** Of the whole document. */
  readonly maxBytes?: number;
  /** Of one host element, and of what is between two hosts. */
  readonly maxHostBytes?: number;
  /** Takes the hosts one by one instead of the list in the document: memory then stays flat. */
  readonly onHost?: (host: HostObservation) => void;
  readonly onProgress?: (progress: ScanProgress) => void;
}

const READ_BYTES = 64 * 1024;
const MAX_BYTES = 1024 ** 3;
// About 100 ms of validation and parsing, the longest that one host may hold the event loop.
const MAX_HOST_BYTES = 1024 ** 2;

/** Reads one XML file. A file that cannot be opened or read is a document with that problem, never an exception. */
export function readNmapFile(path: string, options: ReadOptions = {}): Promise<NmapDocument> {
  return readNmapXml(fileChunks(path), options);
}

/** One buffer for all reads: the splitter copies what it needs. */
async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, READ_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/**
 * Streams an nmap XML document: whatever the bytes are, the result says how far they could be believed. Never throws
 * for content; an exception of `onHost` or `onProgress` is the caller's own and passes through.
 */
export async function readNmapXml(source: AsyncIterable<Uint8Array>, options: ReadOptions = {}): Promise<NmapDocument> {
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  const form = createForm();
  const splitter = createSplitter(options.maxHostBytes ?? MAX_HOST_BYTES);
  const reader = createDocumentReader(options);
  const hash = createHash("sha256");
  let bytes = 0;
  const failure = await drain(source, (chunk) => {
    bytes += chunk.length;
    hash.update(chunk);
    if (bytes > maxBytes) return false;
    for (const piece of splitter.push(form.push(chunk))) reader.add(piece);
    return true;
  });
  for (const piece of splitter.push(form.end())) reader.add(piece);
  const refused = form.problem();
  if (refused !== null) reader.refuse(refused);
  for (const piece of splitter.end()) reader.add(piece);
  const problems: DocumentProblem[] = [];
  if (bytes > maxBytes)
    problems.push(runProblem("oversized", `it is larger than ${maxBytes} bytes; the rest was not read`));
  if (bytes === 0) problems.push(runProblem("empty-output", failure ?? "it is empty; scan again"));
  else if (failure !== null) problems.push(runProblem("not-well-formed", failure));
  const document = reader.finish();
  return {
    ...document,
    problems: bytes === 0 ? problems : [...problems, ...document.problems],
    wellFormed: document.wellFormed && problems.length === 0,
    bytes,
    sha256: hash.digest("hex"),
  };
}

/** Feeds every chunk until `take` says stop; the error of the source itself as a sentence, or null. */
async function drain(source: AsyncIterable<Uint8Array>, take: (chunk: Uint8Array) => boolean): Promise<string | null> {
  const chunks = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await nextChunk(chunks);
    if (typeof next === "string") return next;
    if (next === null) return null;
    if (take(next)) continue;
    await chunks.return?.();
    return null;
  }
}

async function nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | null | string> {
  try {
    const next = await chunks.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
