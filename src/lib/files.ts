import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Makes the directory and its parents, readable by this user only (0700). Throws the file system's error. */
export function ensurePrivateDirectory(path: string): void {
  if (isDirectory(path)) return;
  if (dirname(path) !== path) ensurePrivateDirectory(dirname(path));
  makeDirectory(path);
}

// One by one: the `recursive` of Node.js asks again forever where a file system says ENOENT to a new name, as /proc
// does.
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (systemCode(error) !== "EEXIST" || !isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** `EACCES` and the like of an error that the system gave; null for any other. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the file system is read-only",
  EEXIST: "something that is not a directory is in the way",
  ENOTDIR: "a part of the path is not a directory",
  EISDIR: "it is a directory",
  ENOENT: "it does not exist",
  ELOOP: "its symbolic links form a loop",
  ENAMETOOLONG: "the name is too long",
};

/** An error of the system in words, with the path it is about; the message of any other error. */
export function systemReason(error: unknown): string {
  const code = systemCode(error);
  if (code === null) return error instanceof Error ? error.message : String(error);
  const path = error instanceof Error && "path" in error ? `${String(error.path)}: ` : "";
  return `${path}${isRefusedDirectory(error, code) ? NO_DIRECTORY : (REASONS[code] ?? "it failed")} (${code})`;
}

const NO_DIRECTORY = "the file system does not allow a new directory there";

/** Parents are made as well, so that nothing can be missing but the right to have one: `/proc/x`. */
function isRefusedDirectory(error: unknown, code: string): boolean {
  return code === "ENOENT" && error instanceof Error && "syscall" in error && error.syscall === "mkdir";
}

/** How far into a file its encoding is looked for, in characters. */
const HEAD = 1024;

/**
 * Why the text of a file is not UTF-8, and how to convert it; null when it is. Give it what a lenient decoder made of the
 * bytes: it writes U+FFFD for what it cannot read. `binary`: what to say of a file that is not text at all.
 */
export function encodingProblem(text: string, binary = "this is a binary file, not UTF-8 text"): string | null {
  if (!text.includes("\0")) return text.includes("\ufffd") ? NOT_UTF8 : null;
  const wide = wideName(text.slice(0, HEAD));
  return wide === null
    ? binary
    : `this is UTF-16, not UTF-8 text: convert it, for example with iconv -f ${wide} -t UTF-8`;
}

const NOT_UTF8 =
  "this is not UTF-8 text: save it as UTF-8, or convert it, for example with iconv -f WINDOWS-1252 -t UTF-8";

/** For iconv: of ordinary text in UTF-16 nearly every second byte is a NUL. The mark at its beginning is no UTF-8. */
function wideName(head: string): string | null {
  const marked = head.startsWith("\ufffd\ufffd");
  const body = head.slice(marked ? 2 : 0);
  const nuls = { even: 0, odd: 0 };
  for (let at = 0; at < body.length; at++) if (body[at] === "\0") nuls[at % 2 === 0 ? "even" : "odd"]++;
  const [many, few] = [Math.max(nuls.even, nuls.odd), Math.min(nuls.even, nuls.odd)];
  if (many * 3 < body.length || few * 10 > many) return null;
  if (marked) return "UTF-16";
  return nuls.even > nuls.odd ? "UTF-16BE" : "UTF-16LE";
}

/**
 * Writes a file so that a reader or a crash sees the old content or the new, never a part: temporary file, fsync,
 * rename, fsync of the directory. Mode 0600. Throws the file system's error.
 */
export function writeFileDurably(path: string, data: string | Uint8Array): void {
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, "w", 0o600);
  try {
    const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/** A new name in a directory survives power loss only after the directory itself was synced. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
