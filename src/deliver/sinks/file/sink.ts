import { dirname } from "node:path";
import { ensurePrivateDirectory } from "../../../lib/files.ts";
import type { Clock } from "../../../domain/ports/clock.ts";
import type { OutboxRow, SendResult, Sink, SinkReason } from "../../../domain/ports/sink.ts";
import { checkFile } from "./check.ts";
import { appendDurably, type EventFile, isMoved, openEventFile } from "./event-file.ts";
import { rotate, rotationDue } from "./rotate.ts";

export interface FileSinkOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Rotates above this size. */
  readonly maxBytes?: number;
  readonly name?: string;
}

const ROTATE_BYTES = 64 * 1024 ** 2;

/**
 * Newline-delimited JSON, 0600: append, fdatasync per batch, then the relay moves its cursor. After a crash a torn last
 * line is cut and the ids at the end are remembered, so that the batch in flight is not written twice.
 */
export function createFileSink(options: FileSinkOptions): Sink {
  const { path, clock, maxBytes = ROTATE_BYTES } = options;
  let file: EventFile | null = null;
  const current = (): EventFile => {
    if (file !== null && isMoved(file)) file = file.close();
    if (file !== null && rotationDue(file, maxBytes, clock.now())) {
      file.close();
      file = null;
      rotate(path, clock.now());
    }
    file ??= openEventFile(path, clock.now());
    return file;
  };
  return {
    name: options.name ?? "file",
    kind: "file",
    limits: { maxRows: 500, maxBytes: 5 * 1024 ** 2, sendTimeoutMs: 30_000 },
    check: () => Promise.resolve(checkFile(path)),
    send: (batch) => Promise.resolve(sendTo(current, path, batch)),
    close: () => {
      file?.close();
      file = null;
      return Promise.resolve();
    },
  };
}

function sendTo(current: () => EventFile, path: string, batch: readonly OutboxRow[]): SendResult {
  try {
    ensurePrivateDirectory(dirname(path));
    appendDurably(current(), batch);
    return { kind: "settled", outcomes: batch.map(() => ({ kind: "delivered" })) };
  } catch (error) {
    return refused(path, batch, error);
  }
}

/** Missing rights, a read-only volume, something else in the way: EEXIST is a file where a folder should be. */
const STAYS = new Set(["EACCES", "EPERM", "EROFS", "EISDIR", "ENOTDIR", "EEXIST", "ELOOP", "ENAMETOOLONG"]);

/** A full disk passes; a missing right does not pass by itself. */
function refused(path: string, batch: readonly OutboxRow[], error: unknown): SendResult {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const reason: SinkReason = {
    slug: code.toLowerCase(),
    text: `${path} cannot be written (${code}); check space, owner and mode`,
  };
  if (STAYS.has(code)) return { kind: "stop", reason };
  return { kind: "settled", outcomes: batch.map(() => ({ kind: "retry", reason })) };
}
