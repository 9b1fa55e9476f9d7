import { drop, find, pendingBytes, text } from "./split-buffer.ts";
import type { Piece, SplitState } from "./split-state.ts";

const HOST_OPEN = "<host";
const ROOT_END = "</nmaprun";
const HINT_CLOSE = "</hosthint>";
const TASK = "<task";
/** Zenmap keeps nmap's whole normal output in such an element, as long as the hosts together. */
const [OUTPUT_OPEN, OUTPUT_CLOSE] = ["<output", "</output>"];
/** What is outside hosts is passed on from this part of the cap. */
const OUTSIDE_SHARE = 4;
// The bytes that may follow `<host` in the start tag; `<hosthint>`, `<hosts>` and `<hostnames>` are other elements.
const AFTER_HOST = new Set([0x20, 0x09, 0x0a, 0x0d, 0x3e]);
const GT = 0x3e;
/** No writer puts more than a line end between the name and the `>` of an end tag. */
const MAX_BLANKS = 64;

/** Looks for the start of a host or the end of the root. Returns false when more bytes are needed. */
export function stepOutside(state: SplitState, pieces: Piece[]): boolean {
  const start = find(state, HOST_OPEN);
  const end = find(state, ROOT_END, start === -1 ? undefined : start);
  if (end !== -1) return endRoot(state, end, pieces);
  if (start === -1) return keepOutside(state, pieces);
  state.searchedTo = start;
  const after = start + HOST_OPEN.length;
  if (after >= pendingBytes(state)) return false;
  if (!AFTER_HOST.has(state.buffer[state.from + after] ?? 0)) {
    state.searchedTo = after;
    return true;
  }
  passOn(state, start, pieces);
  state.place = "host";
  return true;
}

function endRoot(state: SplitState, start: number, pieces: Piece[]): boolean {
  const name = start + ROOT_END.length;
  let at = name;
  while (at < name + MAX_BLANKS && isBlank(state.buffer[state.from + at]) && at < pendingBytes(state)) at++;
  state.searchedTo = start;
  if (at >= pendingBytes(state)) return false;
  if (state.buffer[state.from + at] !== GT) {
    state.searchedTo = name;
    return true;
  }
  passOn(state, start, pieces);
  drop(state, at + 1 - start);
  pieces.push({ kind: "root-end" });
  state.place = "tail";
  return true;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function passOn(state: SplitState, bytes: number, pieces: Piece[]): void {
  if (bytes > 0) pieces.push({ kind: "outside", text: text(state, bytes) });
  drop(state, bytes);
}

function keepOutside(state: SplitState, pieces: Piece[]): boolean {
  state.searchedTo = Math.max(0, pendingBytes(state) - ROOT_END.length);
  if (pendingBytes(state) <= state.maxPieceBytes / OUTSIDE_SHARE) return false;
  const bytes = state.buffer.subarray(state.from, state.to);
  const output = bytes.lastIndexOf(OUTPUT_OPEN);
  if (output !== -1 && bytes.indexOf(OUTPUT_CLOSE, output) === -1) {
    passOn(state, output, pieces);
    state.place = "output";
    return true;
  }
  const cut = endOfLastChild(bytes);
  if (cut > 0) passOn(state, cut, pieces);
  else if (pendingBytes(state) > state.maxPieceBytes) {
    state.place = "overflow";
    drop(state, pendingBytes(state));
    pieces.push({ kind: "overflow" });
  }
  return false;
}

/** A day of progress lines or the hints of 4,096 hosts are megabytes without a host: they end between two elements. */
function endOfLastChild(bytes: Buffer): number {
  const hint = bytes.lastIndexOf(HINT_CLOSE);
  return Math.max(hint === -1 ? 0 : hint + HINT_CLOSE.length, bytes.lastIndexOf(TASK));
}

/** Drops what is in `<output>`, however long. Returns false when more bytes are needed. */
export function stepOutput(state: SplitState): boolean {
  const close = find(state, OUTPUT_CLOSE);
  if (close === -1) drop(state, Math.max(0, pendingBytes(state) - OUTPUT_CLOSE.length));
  else {
    drop(state, close + OUTPUT_CLOSE.length);
    state.place = "outside";
  }
  return close !== -1;
}
