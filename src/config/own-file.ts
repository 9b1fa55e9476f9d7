import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { trustIn, type Trust } from "../lib/file-owners.ts";
import { type OpenToOthers, openToOthers } from "../lib/file-trust.ts";
import { err, ok, type Result } from "../lib/result.ts";

/** A file that was read, and whose it is. */
export interface OwnFile {
  readonly text: string;
  readonly stats: Stats;
}

/** `open`: it could be read, but others may change it. Else the system's code, such as `ENOENT`. */
export type NotOwn = { readonly open: OpenToOthers } | { readonly open: null; readonly code: string };

/** A configuration of ten thousand targets has a tenth of this. */
const MOST_MIB = 4;
const CHUNK = 64 * 1024;

/**
 * Reads a file that decides what this program does, unless others may change it. What is read is what was checked: the
 * file stays open, and a path that nobody else can change still leads to it afterwards.
 * No more than 4 MiB is read, so that a wrong path (a dump, a device) is reported at once.
 */
export function readOwnFile(path: string, owners: Trust["owners"]): Result<OwnFile, NotOwn> {
  try {
    const file = openSync(path, "r");
    try {
      const open = openToOthers(path, trustIn(owners));
      if (open !== null) return err({ open });
      const stats = fstatSync(file);
      const now = statSync(path);
      if (now.ino !== stats.ino || now.dev !== stats.dev)
        return err({ open: null, code: "replaced while it was read" });
      const text = boundedText(file);
      return text === null ? err({ open: null, code: `larger than ${MOST_MIB} MiB` }) : ok({ text, stats });
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return err({ open: null, code: error instanceof Error && "code" in error ? String(error.code) : "unreadable" });
  }
}

/** Null when there is more; a pipe or a device has no size that says so. */
function boundedText(file: number): string | null {
  const chunks: Buffer[] = [];
  for (let size = 0; size <= MOST_MIB * 1024 * 1024; ) {
    const chunk = Buffer.alloc(CHUNK);
    const read = readSync(file, chunk, 0, CHUNK, null);
    if (read === 0) return Buffer.concat(chunks).toString("utf8");
    chunks.push(chunk.subarray(0, read));
    size += read;
  }
  return null;
}

/** Half a sentence with the way out: why a file that the configuration names cannot be used. */
export function notOwnText(path: string, why: NotOwn): string {
  return why.open === null ? `cannot be read (${why.code})` : `${openText(path, why.open)}; run ${why.open.fix}`;
}

/** Half a sentence: what is wrong with a file of ours that others may change. */
export function openText(path: string, open: OpenToOthers): string {
  return open.path === path ? open.why : `is reached through ${open.path}, which ${open.why}`;
}
