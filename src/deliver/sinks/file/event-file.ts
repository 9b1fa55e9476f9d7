import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from "node:fs";
import type { OutboxRow } from "../../../domain/ports/sink.ts";

export interface EventFile {
  readonly path: string;
  readonly descriptor: number;
  readonly inode: number;
  /** UTC ms of its first line in this process: decides the daily rotation. */
  readonly openedAt: number;
  /** Ids of the last lines: a batch whose cursor was not moved before a crash comes again. */
  readonly recent: Set<string>;
  readonly bytes: () => number;
  close(): null;
}

/** As many ids as one batch has rows. */
const REMEMBERED = 500;
const NEWLINE = 0x0a;
/** 500 events of at most 64 KiB would be 32 MiB; typical ones have 2 KiB. Enough for any batch under the byte limit. */
const TAIL_BYTES = 8 * 1024 ** 2;

/** Opens for appending; cuts a torn last line. Throws the file system's error. */
export function openEventFile(path: string, now: number): EventFile {
  const descriptor = openSync(path, "a+", 0o600);
  try {
    return eventFile(path, descriptor, now);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function eventFile(path: string, descriptor: number, now: number): EventFile {
  const stat = fstatSync(descriptor);
  return {
    path,
    descriptor,
    inode: stat.ino,
    openedAt: stat.size === 0 ? now : Math.min(now, stat.birthtimeMs),
    recent: new Set(wholeLines(descriptor, stat.size).flatMap((line) => idOf(line) ?? [])),
    bytes: () => fstatSync(descriptor).size,
    close: () => {
      closeSync(descriptor);
      return null;
    },
  };
}

/** The last lines; a torn one is cut off the file first. */
function wholeLines(descriptor: number, size: number): readonly string[] {
  const tail = readTail(descriptor, size);
  const whole = tail.lastIndexOf(NEWLINE) + 1;
  if (whole < tail.length) ftruncateSync(descriptor, size - (tail.length - whole));
  const lines = tail.subarray(0, whole).toString("utf8").split("\n");
  return lines.slice(-REMEMBERED - 1);
}

/** Bytes, not text: a line torn inside a character has another length once it is decoded. */
function readTail(descriptor: number, size: number): Buffer {
  const length = Math.min(size, TAIL_BYTES);
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const got = readSync(descriptor, buffer, read, length - read, size - length + read);
    if (got === 0) break;
    read += got;
  }
  return buffer.subarray(0, read);
}

function idOf(line: string): string | null {
  return /"event":\{[^{}]*?"id":"([a-z2-7]{26})"/.exec(line)?.[1] ?? null;
}

/** Throws the file system's error; then nothing of the batch counts as written. */
export function appendDurably(file: EventFile, batch: readonly OutboxRow[]): void {
  const fresh = batch.filter((row) => !file.recent.has(row.id));
  const bytes = Buffer.from(fresh.map((row) => `${row.body}\n`).join(""), "utf8");
  const before = file.bytes();
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(file.descriptor, bytes, written);
    fdatasyncSync(file.descriptor);
  } catch (error) {
    ftruncateSync(file.descriptor, before);
    throw error;
  }
  remember(file.recent, fresh);
}

function remember(recent: Set<string>, rows: readonly OutboxRow[]): void {
  for (const row of rows) recent.add(row.id);
  for (const id of recent) {
    if (recent.size <= REMEMBERED) return;
    recent.delete(id);
  }
}

/** Somebody else rotated the file: the name no longer means the file we hold. */
export function isMoved(file: EventFile): boolean {
  return statSync(file.path, { throwIfNoEntry: false })?.ino !== file.inode;
}
