import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/**
 * How far the store had come. `quick_check` does not see commits that vanished with their write-ahead log, so the
 * count is also kept outside the database and compared at the next start.
 */
export interface Mark {
  readonly epoch: number;
  readonly counter: number;
}

export interface MarkFile {
  write(mark: Mark): void;
  close(): void;
}

// One write of fixed length: kill -9 leaves the previous line or this one, never a mixture of lengths.
const LENGTH = 64;

/** The stored mark; null when there is none or it cannot be understood. */
export function readMark(directory: string): Mark | null {
  const match = /^tripline-mark 1 (\d{1,15}) (\d{1,15}) *\n$/.exec(readOrEmpty(markPath(directory)));
  return match === null ? null : { epoch: Number(match[1]), counter: Number(match[2]) };
}

/** Without fsync on purpose: the mark may lag behind the store, only a mark ahead of it means something. */
export function openMark(directory: string): MarkFile {
  const file = openSync(markPath(directory), "a+", 0o600);
  closeSync(file);
  const descriptor = openSync(markPath(directory), "r+");
  return {
    write: (mark) => {
      writeSync(descriptor, `${`tripline-mark 1 ${mark.epoch} ${mark.counter}`.padEnd(LENGTH - 1)}\n`, 0);
    },
    close: () => closeSync(descriptor),
  };
}

export function isAhead(mark: Mark, stored: Mark): boolean {
  return mark.epoch > stored.epoch || (mark.epoch === stored.epoch && mark.counter > stored.counter);
}

function markPath(directory: string): string {
  return join(directory, "store.mark");
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
