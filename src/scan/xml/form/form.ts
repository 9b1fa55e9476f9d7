import type { DocumentProblem } from "../document.ts";
import { createDecoder, type Decoder } from "./encoding.ts";
import { MAX_FRONT, readFront } from "./front.ts";
import { createMarkupFilter, type MarkupFilter } from "./markup.ts";

/** Takes a file in any form that a program may have given it. */
export interface FormReader {
  /** The document in UTF-8, from `<nmaprun` on, without comments, instructions and CDATA; perhaps the chunk itself. */
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
  /** Why this is not a document of nmap; nothing comes out of it then. */
  problem(): DocumentProblem | null;
}

interface FormState {
  /** The beginning, as long as it is not known what it is; null afterwards. */
  head: Buffer[] | null;
  headBytes: number;
  /** A look costs the whole head, so the next one waits until it has doubled. */
  nextLook: number;
  decoder: Decoder | null;
  readonly filter: MarkupFilter;
  problem: DocumentProblem | null;
}

const NOTHING = Buffer.alloc(0);

export function createForm(): FormReader {
  const state: FormState = {
    head: [],
    headBytes: 0,
    nextLook: 0,
    decoder: null,
    filter: createMarkupFilter(),
    problem: null,
  };
  return {
    push: (chunk) => (state.head === null ? pass(state, chunk) : collect(state, state.head, chunk)),
    end: () => Buffer.concat([state.head === null ? NOTHING : look(state, state.head, true), flush(state)]),
    problem: () => state.problem,
  };
}

function pass({ decoder, filter }: FormState, chunk: Uint8Array): Uint8Array {
  return decoder === null ? NOTHING : filter.write(decoder.write(chunk));
}

function flush({ decoder, filter }: FormState): Uint8Array {
  return decoder === null ? NOTHING : Buffer.concat([filter.write(decoder.end()), filter.end()]);
}

/** The chunk is copied: its owner may use its memory again. */
function collect(state: FormState, head: Buffer[], chunk: Uint8Array): Uint8Array {
  head.push(Buffer.from(chunk));
  state.headBytes += chunk.length;
  return state.headBytes < state.nextLook ? NOTHING : look(state, head, false);
}

function look(state: FormState, chunks: readonly Buffer[], whole: boolean): Uint8Array {
  const head = Buffer.concat(chunks);
  const front = readFront(head, whole);
  if (front.kind === "more") {
    state.nextLook = Math.min(MAX_FRONT, head.length * 2);
    return NOTHING;
  }
  state.head = null;
  if (front.kind === "found") {
    state.decoder = createDecoder(front.encoding);
    return pass(state, head.subarray(front.at));
  }
  state.problem = front.problem;
  return NOTHING;
}
