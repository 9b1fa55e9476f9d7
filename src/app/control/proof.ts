import { closeSync, constants, fchmodSync, fstatSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../lib/files.ts";
import { err, ok, type Result } from "../../lib/result.ts";

/**
 * Node.js cannot ask the system who is at the other end of a socket. So the agent names a file that nobody could have
 * made before, the client makes it beside the socket, and the owner of the file is who asks. The content keeps a file of
 * somebody else from being moved there; one link, one owner, no other writer.
 */
function proofPath(directory: string, nonce: string): string {
  return join(directory, `nonce-${nonce}`);
}

/** The client's half. Returns how to take it away again. Throws the file system's error. */
export function leaveProof(directory: string, nonce: string): () => void {
  const path = proofPath(directory, nonce);
  const file = openSync(path, "wx", 0o600);
  try {
    // Nothing in it is secret, and the agent is another user than the one who asks.
    fchmodSync(file, 0o644);
    writeSync(file, nonce);
  } finally {
    closeSync(file);
  }
  return () => rmSync(path, { force: true });
}

/** The agent's half: the user id, or why it is not proved. The file is gone afterwards: a nonce proves once. */
export function provedUser(directory: string, nonce: string): Result<number, string> {
  const path = proofPath(directory, nonce);
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return ownerOf(file, nonce);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return err(REASONS[systemCode(error) ?? ""] ?? `the proof cannot be read (${String(error)})`);
  } finally {
    dropProof(directory, nonce);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "the file that was asked for is not there",
  ELOOP: "the file that was asked for is a symbolic link",
  EACCES: "the file that was asked for cannot be read",
};

function ownerOf(file: number, nonce: string): Result<number, string> {
  const found = fstatSync(file);
  if (!found.isFile()) return err("what was asked for is not a regular file");
  if (found.nlink !== 1) return err("the file that was asked for has a second name elsewhere");
  if ((found.mode & 0o7022) !== 0) return err("the file that was asked for may be written by others");
  if (found.size !== nonce.length || readFileSync(file, "utf8") !== nonce)
    return err("the file that was asked for has another content");
  return ok(found.uid);
}

/**
 * Also called for a request that was refused before its proof was read: a client may have died after making it. A directory in
 * its place stays: it belongs to whoever plays with it.
 */
export function dropProof(directory: string, nonce: string): void {
  try {
    rmSync(proofPath(directory, nonce), { force: true });
  } catch {
    // Nothing follows from it: the next request has another name.
  }
}
