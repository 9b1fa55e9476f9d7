import { closeSync, fstatSync, openSync, readFileSync, type Stats, statSync } from "node:fs";
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

/**
 * Reads a file that decides what this program does, unless others may change it. What is read is what was checked: the
 * file stays open, and a path that nobody else can change still leads to it afterwards.
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
      return ok({ text: readFileSync(file, "utf8"), stats });
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return err({ open: null, code: error instanceof Error && "code" in error ? String(error.code) : "unreadable" });
  }
}

/** Half a sentence: what is wrong with a file of ours that others may change. */
export function openText(path: string, open: OpenToOthers): string {
  return open.path === path ? open.why : `is reached through ${open.path}, which ${open.why}`;
}
