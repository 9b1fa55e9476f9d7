import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { knownGoodReader, type KnownGoodReader, type KnownGoodRefusal } from "../../baseline/known-good/read.ts";
import { FORMAT_VERSION } from "../../baseline/known-good/write.ts";
import type { KnownGood } from "../../domain/known-good.ts";
import { systemReason } from "../../lib/files.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";

/** Ten thousand hosts with ten ports each have half as much. */
export const MOST_FILE_BYTES = 64 * 1024 * 1024;
/** A line is one host or one port. */
const MOST_LINE_BYTES = 1024 * 1024;

const EFFECT = "Nothing was compared and nothing was changed.";

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Does something with a regular file that stays the same one meanwhile. `name` is how people call it. */
export async function withFile<T>(
  path: string,
  name: string,
  work: (file: FileHandle) => Promise<Result<T, OperationFailure>>,
): Promise<Result<T, OperationFailure>> {
  let file: FileHandle | null = null;
  try {
    // Opening a pipe would wait for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    if (!found.isFile()) return err(unreadable(name, found.isDirectory() ? "it is a directory" : "it is not a file"));
    return found.size > MOST_FILE_BYTES ? err(tooLarge(name)) : await work(file);
  } catch (error) {
    return err(unreadable(name, systemReason(error)));
  } finally {
    await file?.close();
  }
}

/** What is in a file from its beginning; may be asked for more than once. */
export function chunksOf(file: FileHandle): AsyncIterable<Buffer> {
  return file.createReadStream({ start: 0, autoClose: false });
}

/** Reads what `tripline baseline export` wrote, of which never more than a line and what it says is in memory. */
export async function readKnownGood(chunks: Chunks, name: string): Promise<Result<KnownGood, OperationFailure>> {
  const reader = knownGoodReader();
  const split = lineSplitter();
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MOST_FILE_BYTES) return err(tooLarge(name));
    if (!takeLines(reader, split, split.add(chunk))) return refused(reader.end(), name);
    if (split.pending() > MOST_LINE_BYTES) return err(longLine(name, split.number() + 1));
  }
  takeLines(reader, split, split.rest());
  return refused(reader.end(), name);
}

/** False: nothing of the rest can be read. */
function takeLines(reader: KnownGoodReader, split: Splitter, lines: Iterable<string>): boolean {
  for (const line of lines) if (!reader.take(line, split.number())) return false;
  return true;
}

interface Splitter {
  readonly add: (chunk: Uint8Array) => Iterable<string>;
  readonly rest: () => Iterable<string>;
  /** Of the line that was given last, from 1. */
  readonly number: () => number;
  /** Characters that wait for the end of their line. */
  readonly pending: () => number;
}

function lineSplitter(): Splitter {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let number = 0;
  function* whole(): Generator<string> {
    let from = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      number++;
      yield text.slice(from, at);
      from = at + 1;
    }
    text = text.slice(from);
  }
  return {
    add: (chunk) => {
      text += decoder.decode(chunk, { stream: true });
      return whole();
    },
    rest: () => {
      text += decoder.decode();
      if (text === "") return [];
      number++;
      return [text];
    },
    number: () => number,
    pending: () => text.length,
  };
}

function refused(read: Result<KnownGood, KnownGoodRefusal>, name: string): Result<KnownGood, OperationFailure> {
  return read.ok ? ok(read.value) : err(refusal(read.error, name));
}

function refusal(why: KnownGoodRefusal, name: string): OperationFailure {
  if (why.kind === "foreign") {
    const fix = "Name a file that tripline baseline export wrote.";
    return { code: "TL476", exit: 2, what: `${name} is not an exported baseline: ${why.what}`, effect: EFFECT, fix };
  }
  if (why.kind === "newer") {
    const what = `${name} has version ${why.version} of the format, and this program reads up to ${FORMAT_VERSION}`;
    const fix = "Update this program, or export with one of its version.";
    return { code: "TL476", exit: 2, what, effect: EFFECT, fix };
  }
  const lines = why.problems.map(({ line, what }) => `\n  line ${line}: ${what}`);
  const more = why.more === 0 ? "" : `\n  and ${why.more} more`;
  return {
    code: "TL477",
    exit: 2,
    what: `${name} cannot be taken, because lines of it are damaged or contradict each other:${lines.join("")}${more}`,
    effect: EFFECT,
    fix: "Correct the lines, or export it again; a file is taken whole or not at all.",
  };
}

function tooLarge(name: string): OperationFailure {
  return {
    code: "TL478",
    exit: 2,
    what: `${name} has more than ${MOST_FILE_BYTES / 1024 / 1024} MiB`,
    effect: EFFECT,
    fix: "Export fewer hosts into each file, with --host NETWORK.",
  };
}

function longLine(name: string, line: number): OperationFailure {
  return {
    code: "TL477",
    exit: 2,
    what: `${name} cannot be taken: line ${line} has more than ${MOST_LINE_BYTES / 1024} KiB`,
    effect: EFFECT,
    fix: "Name a file that tripline baseline export wrote.",
  };
}

function unreadable(name: string, why: string): OperationFailure {
  return {
    code: "TL301",
    exit: 2,
    what: `${name} cannot be read (${why})`,
    effect: EFFECT,
    fix: "Check the path and its permissions.",
  };
}
