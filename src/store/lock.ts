import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { err, ok, type Result } from "../lib/result.ts";
import { isoTime } from "../lib/time.ts";
import { processMark } from "./process-mark.ts";
import { locked, type StoreRefusal } from "./refusal.ts";
import { isCorruption, resultCode } from "./store-error.ts";

export interface Lock {
  release(): void;
}

/** Who works on the state: the agent, or a command that ends by itself. */
export type LockRole = "agent" | "command";

/** Who holds the lock, as far as the hint file knows and the process is the one that wrote it; `since` is UTC ms. */
export interface LockHolder {
  readonly pid: number | null;
  readonly since: number | null;
  readonly role: LockRole;
  /** The process was stopped (SIGSTOP) and does nothing. */
  readonly stopped: boolean;
}

export interface LockWish {
  readonly pid: number;
  readonly since: number;
  readonly role: LockRole;
}

const BUSY = 5;
// Long enough to outlast the moment in which `lockHolder` looks, short enough for a person to wait.
const PATIENCE_MS = 500;
// A hint without a role was written by an older version.
const hintSchema = z.object({
  pid: z.int().positive(),
  since: z.int(),
  role: z.enum(["agent", "command"]).default("agent"),
  start: z.string().nullable().default(null),
});

/**
 * Takes the agent's lock until it is released: an open exclusive transaction on a tiny SQLite file. The kernel frees it after
 * kill -9, so there is no stale lock. Nothing but SQLite may open that file: closing any other descriptor of it in
 * this process would drop the POSIX lock silently.
 */
export function takeLock(directory: string, holder: LockWish): Result<Lock, StoreRefusal> {
  const database = lockedFile(directory);
  if (database === null) return err(locked(directory, shownHolder(directory)));
  try {
    const hint = { ...holder, start: processMark(holder.pid)?.start ?? null };
    writeFileSync(hintPath(directory), JSON.stringify(hint), { mode: 0o600 });
  } catch (error) {
    database.close();
    throw error;
  }
  return ok({ release: () => database.close() });
}

/** Null: somebody else holds it. */
function lockedFile(directory: string): DatabaseSync | null {
  const taken = tryLock(directory);
  if (taken !== "damaged") return taken;
  // If somebody held it, we could not have read this far. The file is emptied, not replaced, so that others lock the same one.
  truncateSync(lockPath(directory));
  const again = tryLock(directory);
  if (again === "damaged") throw new Error(`${lockPath(directory)} cannot be created again`);
  return again;
}

function tryLock(directory: string): DatabaseSync | "damaged" | null {
  const database = new DatabaseSync(lockPath(directory), { timeout: PATIENCE_MS });
  try {
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database.close();
    if (isCorruption(error)) return "damaged";
    if (resultCode(error) === BUSY) return null;
    throw error;
  }
}

/**
 * The process because of which writing commands are refused, or null when writing is allowed. Only looks: it takes a shared
 * lock for a moment.
 */
export function lockHolder(directory: string): LockHolder | null {
  if (statSync(lockPath(directory), { throwIfNoEntry: false })?.isFile() !== true) return null;
  return isHeld(lockPath(directory)) ? readHint(directory) : null;
}

const CANNOT_OPEN = 14;

function isHeld(path: string): boolean {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (resultCode(error) === BUSY) return true;
    // Nobody holds a damaged file that could be read this far; whoever wants the lock recreates it, or says why not.
    if (isCorruption(error) || resultCode(error) === CANNOT_OPEN) return false;
    throw error;
  } finally {
    database?.close();
  }
}

function shownHolder(directory: string): { readonly pid: number | null; readonly since: string | null } {
  const hint = readHint(directory);
  return { pid: hint.pid, since: hint.since === null ? null : isoTime(hint.since) };
}

const UNKNOWN: LockHolder = { pid: null, since: null, role: "agent", stopped: false };

/** A process with this pid but another start time did not write the hint: it runs in another container, or was started later. */
function readHint(directory: string): LockHolder {
  const hint = parsedHint(directory);
  if (hint === null) return UNKNOWN;
  const { pid, since, role, start } = hint;
  const mark = processMark(pid);
  if (mark !== null && start !== null && mark.start !== start) return { ...UNKNOWN, since, role };
  return { pid, since, role, stopped: mark?.stopped === true };
}

function parsedHint(directory: string): z.infer<typeof hintSchema> | null {
  try {
    return hintSchema.parse(JSON.parse(readFileSync(hintPath(directory), "utf8")));
  } catch {
    return null;
  }
}

function lockPath(directory: string): string {
  return join(directory, "agent.lock");
}

function hintPath(directory: string): string {
  return join(directory, "work", "agent.json");
}
