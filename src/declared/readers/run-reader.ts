import { readerOutcome } from "../model/outcome-schema.ts";
import type { DeclarationReader, ReaderInput, ReaderOutcome } from "../model/reader.ts";

/** A reader that gave no answer at all: that is its fault, not one of the file. */
export interface ReaderFailed {
  readonly state: "failed";
  readonly why: string;
}

/**
 * Asks one reader and believes only what looks like an answer. Never throws, and ends when the signal says so even if the
 * reader does not. What a reader threw is not told: it may quote the file.
 */
export async function runReader(
  reader: DeclarationReader,
  input: ReaderInput,
  signal: AbortSignal,
): Promise<ReaderOutcome | ReaderFailed> {
  try {
    const answer = await unlessAborted(() => reader.read(input, signal), signal);
    if (signal.aborted) return STOPPED;
    const outcome = readerOutcome.safeParse(answer);
    if (outcome.success) return outcome.data;
    const place = outcome.error.issues[0]?.path.map(String).join(".") ?? "";
    return fault(reader, `gave an invalid answer${place === "" ? "" : ` (${place})`}`);
  } catch (error) {
    return fault(reader, `failed (${error instanceof Error ? error.name : typeof error})`);
  }
}

const STOPPED: ReaderFailed = { state: "failed", why: "reading was stopped" };

function fault({ tool }: DeclarationReader, what: string): ReaderFailed {
  return { state: "failed", why: `the reader for ${tool} ${what}; this is a bug in Tripline, please report it` };
}

/** What the work gives, or nothing as soon as the signal is there. */
async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  const { promise, resolve } = Promise.withResolvers<null>();
  const stop = () => resolve(null);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
