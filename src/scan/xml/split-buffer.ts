/** What is pending of a byte stream, and up to where it was searched. */
export interface PendingBytes {
  /** One buffer for the whole file: a new one per chunk would wait for the garbage collector outside its heap. */
  buffer: Buffer;
  /** What is pending is at [from, to). */
  from: number;
  to: number;
  /** Offset in what is pending up to which the marker being looked for is known not to start. */
  searchedTo: number;
}

const FIRST_CAPACITY = 256 * 1024;

export function noBytes(): PendingBytes {
  return { buffer: Buffer.allocUnsafe(FIRST_CAPACITY), from: 0, to: 0, searchedTo: 0 };
}

/** The chunk is copied: its owner may use its memory again. */
export function append(state: PendingBytes, chunk: Uint8Array): void {
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

/** Offset of the marker in what is pending, before `limit`, or -1. */
export function find(state: PendingBytes, marker: string, limit = pendingBytes(state)): number {
  return state.buffer.subarray(state.from, state.from + limit).indexOf(marker, state.searchedTo, "latin1");
}

export function pendingBytes(state: PendingBytes): number {
  return state.to - state.from;
}

/** The first `bytes` of what is pending, one character per byte. */
export function text(state: PendingBytes, bytes: number): string {
  return state.buffer.toString("latin1", state.from, state.from + bytes);
}

export function drop(state: PendingBytes, bytes: number): void {
  state.from += bytes;
  state.searchedTo = 0;
}
