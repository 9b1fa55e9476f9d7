import { append, drop, find, pendingBytes, text } from "./split-buffer.ts";
import { stepOutput, stepOutside } from "./split-outside.ts";
import { type HugeHost, type Piece, type SplitState, startOfDocument } from "./split-state.ts";

export interface Splitter {
  push(chunk: Uint8Array): readonly Piece[];
  end(): readonly Piece[];
}

const HOST_CLOSE = "</host>";
const OPEN_PORT = '<state state="open"';
const HEAD_BYTES = 64 * 1024;

/**
 * Cuts the byte stream at host borders. A border inside an attribute is not well-formed nmap output; the cut pieces then
 * fail validation, so a wrong cut can only lose evidence, never invent it.
 */
export function createSplitter(maxPieceBytes: number): Splitter {
  const state = startOfDocument(maxPieceBytes);
  return {
    push(chunk) {
      if (state.place === "overflow") return [];
      append(state, chunk);
      const pieces: Piece[] = [];
      while (step(state, pieces));
      return pieces;
    },
    end() {
      if (state.place === "overflow" || state.place === "tail") return [];
      const left = text(state, Math.min(pendingBytes(state), maxPieceBytes));
      return [{ kind: "rest", text: left, insideHost: state.place === "host" }];
    },
  };
}

/** Returns false when more bytes are needed. */
function step(state: SplitState, pieces: Piece[]): boolean {
  if (state.place === "host") return stepInside(state, pieces);
  if (state.place === "outside") return stepOutside(state, pieces);
  return state.place === "output" ? stepOutput(state) : stepTail(state, pieces);
}

/** Looks for the end of the host. Returns false when more bytes are needed. */
function stepInside(state: SplitState, pieces: Piece[]): boolean {
  const close = find(state, HOST_CLOSE);
  if (close === -1) return keepInside(state);
  const end = close + HOST_CLOSE.length;
  const fits = state.huge === null && end <= state.maxPieceBytes;
  pieces.push(fits ? { kind: "host", text: text(state, end) } : { kind: "huge-host", ...swallow(state, end) });
  state.huge = null;
  state.place = "outside";
  drop(state, end);
  return true;
}

function keepInside(state: SplitState): boolean {
  state.searchedTo = Math.max(0, pendingBytes(state) - HOST_CLOSE.length);
  if (state.huge === null && pendingBytes(state) <= state.maxPieceBytes) return false;
  // Keep a tail as long as the longest marker: the border of the chunk may have cut it.
  const upTo = Math.max(0, pendingBytes(state) - OPEN_PORT.length);
  state.huge = swallow(state, upTo);
  drop(state, upTo);
  return false;
}

function swallow(state: SplitState, upTo: number): HugeHost {
  const before = state.huge ?? { head: text(state, Math.min(HEAD_BYTES, upTo)), openPorts: 0 };
  const bytes = state.buffer.subarray(state.from, state.to);
  return { head: before.head, openPorts: before.openPorts + countOpen(bytes, upTo) };
}

function countOpen(bytes: Buffer, upTo: number): number {
  let count = 0;
  for (let at = bytes.indexOf(OPEN_PORT); at !== -1 && at < upTo; at = bytes.indexOf(OPEN_PORT, at + 1)) count++;
  return count;
}

function stepTail(state: SplitState, pieces: Piece[]): boolean {
  const left = pendingBytes(state);
  if (state.place === "tail" && left > 0) pieces.push({ kind: "tail", text: text(state, left) });
  drop(state, left);
  return false;
}
