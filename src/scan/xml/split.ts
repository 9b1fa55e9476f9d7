/** A part of the document, one character per byte. */
export type Piece =
  /** Everything between hosts: header, progress, hints, trailer. */
  | { readonly kind: "outside"; readonly text: string }
  /** One whole `<host>…</host>`. */
  | { readonly kind: "host"; readonly text: string }
  /** A host element over the cap: its beginning, and how many open ports it listed. */
  | ({ readonly kind: "huge-host" } & HugeHost)
  /** What was left at the end of the input: the trailer, or a host that was never closed. */
  | { readonly kind: "rest"; readonly text: string; readonly insideHost: boolean }
  /** More than the cap without a host: no nmap writes that. */
  | { readonly kind: "overflow" };

export interface HugeHost {
  readonly head: string;
  readonly openPorts: number;
}

export interface Splitter {
  push(chunk: Uint8Array): readonly Piece[];
  end(): readonly Piece[];
}

interface SplitState {
  readonly maxPieceBytes: number;
  pending: Buffer;
  /** Offset in `pending` up to which the marker being looked for is known not to start. */
  searchedTo: number;
  insideHost: boolean;
  huge: HugeHost | null;
  overflow: boolean;
}

const HOST_OPEN = "<host";
const HOST_CLOSE = "</host>";
const OPEN_PORT = '<state state="open"';
const HEAD_BYTES = 64 * 1024;
// The bytes that may follow `<host` in the start tag; `<hosthint>`, `<hosts>` and `<hostnames>` are other elements.
const AFTER_HOST = new Set([0x20, 0x09, 0x0a, 0x0d, 0x3e]);

/**
 * Cuts the byte stream at host borders. A border inside an attribute or a comment is not well-formed nmap output; the
 * cut pieces then fail validation, so a wrong cut can only lose evidence, never invent it.
 */
export function createSplitter(maxPieceBytes: number): Splitter {
  const state: SplitState = {
    maxPieceBytes,
    pending: Buffer.alloc(0),
    searchedTo: 0,
    insideHost: false,
    huge: null,
    overflow: false,
  };
  return {
    push(chunk) {
      if (state.overflow) return [];
      state.pending = state.pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([state.pending, chunk]);
      const pieces: Piece[] = [];
      let moved = true;
      while (moved) moved = state.insideHost ? stepInside(state, pieces) : stepOutside(state, pieces);
      return pieces;
    },
    end() {
      if (state.overflow) return [];
      return [{ kind: "rest", text: text(state, maxPieceBytes), insideHost: state.insideHost }];
    },
  };
}

/** Looks for the start of a host. Returns false when more bytes are needed. */
function stepOutside(state: SplitState, pieces: Piece[]): boolean {
  const start = state.pending.indexOf(HOST_OPEN, state.searchedTo);
  if (start === -1) return keepOutside(state, pieces);
  const next = state.pending[start + HOST_OPEN.length];
  state.searchedTo = start;
  if (next === undefined) return false;
  if (!AFTER_HOST.has(next)) {
    state.searchedTo = start + HOST_OPEN.length;
    return true;
  }
  if (start > 0) pieces.push({ kind: "outside", text: text(state, start) });
  state.insideHost = true;
  drop(state, start);
  return true;
}

function keepOutside(state: SplitState, pieces: Piece[]): boolean {
  state.searchedTo = Math.max(0, state.pending.length - HOST_OPEN.length);
  if (state.pending.length <= state.maxPieceBytes) return false;
  state.overflow = true;
  state.pending = Buffer.alloc(0);
  pieces.push({ kind: "overflow" });
  return false;
}

/** Looks for the end of the host. Returns false when more bytes are needed. */
function stepInside(state: SplitState, pieces: Piece[]): boolean {
  const close = state.pending.indexOf(HOST_CLOSE, state.searchedTo);
  if (close === -1) return keepInside(state);
  const end = close + HOST_CLOSE.length;
  const fits = state.huge === null && end <= state.maxPieceBytes;
  pieces.push(fits ? { kind: "host", text: text(state, end) } : { kind: "huge-host", ...swallow(state, end) });
  state.huge = null;
  state.insideHost = false;
  drop(state, end);
  return true;
}

function keepInside(state: SplitState): boolean {
  state.searchedTo = Math.max(0, state.pending.length - HOST_CLOSE.length);
  if (state.huge === null && state.pending.length <= state.maxPieceBytes) return false;
  // Keep a tail as long as the longest marker: the border of the chunk may have cut it.
  const upTo = Math.max(0, state.pending.length - OPEN_PORT.length);
  state.huge = swallow(state, upTo);
  drop(state, upTo);
  return false;
}

function swallow(state: SplitState, upTo: number): HugeHost {
  const before = state.huge ?? { head: text(state, Math.min(HEAD_BYTES, upTo)), openPorts: 0 };
  return { head: before.head, openPorts: before.openPorts + countOpen(state.pending, upTo) };
}

function countOpen(bytes: Buffer, upTo: number): number {
  let count = 0;
  for (let at = bytes.indexOf(OPEN_PORT); at !== -1 && at < upTo; at = bytes.indexOf(OPEN_PORT, at + 1)) count++;
  return count;
}

function text(state: SplitState, end: number): string {
  return state.pending.toString("latin1", 0, end);
}

function drop(state: SplitState, bytes: number): void {
  state.pending = state.pending.subarray(bytes);
  state.searchedTo = 0;
}
