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
  /** One buffer for the whole file: a new one per chunk would wait for the garbage collector outside its heap. */
  buffer: Buffer;
  /** What is pending stands at [from, to). */
  from: number;
  to: number;
  /** Offset in what is pending up to which the marker being looked for is known not to start. */
  searchedTo: number;
  insideHost: boolean;
  huge: HugeHost | null;
  overflow: boolean;
}

const HOST_OPEN = "<host";
const HOST_CLOSE = "</host>";
const HINT_CLOSE = "</hosthint>";
const TASK = "\n<task";
const OPEN_PORT = '<state state="open"';
const HEAD_BYTES = 64 * 1024;
/** What stands outside hosts is passed on from this part of the cap. */
const OUTSIDE_SHARE = 4;
const FIRST_CAPACITY = 256 * 1024;
// The bytes that may follow `<host` in the start tag; `<hosthint>`, `<hosts>` and `<hostnames>` are other elements.
const AFTER_HOST = new Set([0x20, 0x09, 0x0a, 0x0d, 0x3e]);

/**
 * Cuts the byte stream at host borders. A border inside an attribute or a comment is not well-formed nmap output; the
 * cut pieces then fail validation, so a wrong cut can only lose evidence, never invent it.
 */
export function createSplitter(maxPieceBytes: number): Splitter {
  const state: SplitState = {
    maxPieceBytes,
    buffer: Buffer.allocUnsafe(FIRST_CAPACITY),
    from: 0,
    to: 0,
    searchedTo: 0,
    insideHost: false,
    huge: null,
    overflow: false,
  };
  return {
    push(chunk) {
      if (state.overflow) return [];
      append(state, chunk);
      const pieces: Piece[] = [];
      let moved = true;
      while (moved) moved = state.insideHost ? stepInside(state, pieces) : stepOutside(state, pieces);
      return pieces;
    },
    end() {
      if (state.overflow) return [];
      return [
        { kind: "rest", text: text(state, Math.min(pendingBytes(state), maxPieceBytes)), insideHost: state.insideHost },
      ];
    },
  };
}

/** The chunk is copied: its owner may use its memory again. */
function append(state: SplitState, chunk: Uint8Array): void {
  const pending = pendingBytes(state);
  if (state.to + chunk.length > state.buffer.length) {
    const needed = pending + chunk.length;
    const target = needed > state.buffer.length ? Buffer.allocUnsafe(needed * 2) : state.buffer;
    state.buffer.copy(target, 0, state.from, state.to);
    state.buffer = target;
    state.from = 0;
    state.to = pending;
  }
  state.buffer.set(chunk, state.to);
  state.to += chunk.length;
}

/** Looks for the start of a host. Returns false when more bytes are needed. */
function stepOutside(state: SplitState, pieces: Piece[]): boolean {
  const start = find(state, HOST_OPEN);
  if (start === -1) return keepOutside(state, pieces);
  state.searchedTo = start;
  const after = start + HOST_OPEN.length;
  if (after >= pendingBytes(state)) return false;
  if (!AFTER_HOST.has(state.buffer[state.from + after] ?? 0)) {
    state.searchedTo = after;
    return true;
  }
  if (start > 0) pieces.push({ kind: "outside", text: text(state, start) });
  state.insideHost = true;
  drop(state, start);
  return true;
}

function keepOutside(state: SplitState, pieces: Piece[]): boolean {
  state.searchedTo = Math.max(0, pendingBytes(state) - HOST_OPEN.length);
  if (pendingBytes(state) <= state.maxPieceBytes / OUTSIDE_SHARE) return false;
  const cut = endOfLastChild(state);
  if (cut > 0) {
    pieces.push({ kind: "outside", text: text(state, cut) });
    drop(state, cut);
  } else if (pendingBytes(state) > state.maxPieceBytes) {
    state.overflow = true;
    drop(state, pendingBytes(state));
    pieces.push({ kind: "overflow" });
  }
  return false;
}

/** A day of progress lines or the hints of 4,096 hosts are megabytes without a host: they end between two elements. */
function endOfLastChild(state: SplitState): number {
  const bytes = state.buffer.subarray(state.from, state.to);
  const hint = bytes.lastIndexOf(HINT_CLOSE);
  return Math.max(hint === -1 ? 0 : hint + HINT_CLOSE.length, bytes.lastIndexOf(TASK));
}

/** Looks for the end of the host. Returns false when more bytes are needed. */
function stepInside(state: SplitState, pieces: Piece[]): boolean {
  const close = find(state, HOST_CLOSE);
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

/** Offset of the marker in what is pending, or -1. */
function find(state: SplitState, marker: string): number {
  return state.buffer.subarray(state.from, state.to).indexOf(marker, state.searchedTo, "latin1");
}

function pendingBytes(state: SplitState): number {
  return state.to - state.from;
}

function text(state: SplitState, bytes: number): string {
  return state.buffer.toString("latin1", state.from, state.from + bytes);
}

function drop(state: SplitState, bytes: number): void {
  state.from += bytes;
  state.searchedTo = 0;
}
