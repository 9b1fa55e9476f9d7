import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { err, ok, type Result } from "../lib/result.ts";
import { isoTime } from "../lib/time.ts";
import { locked, type StoreRefusal } from "./refusal.ts";
import { resultCode } from "./store-error.ts";

export interface Lock {
  release(): void;
}

/** Who holds the lock, as far as the hint file knows; `since` is UTC ms. */
export interface LockHolder {
  readonly pid: number | null;
  readonly since: number | null;
}

const BUSY = 5;
// Long enough to outlast the moment in which `lockHolder` looks, short enough for a person to wait.
const PATIENCE_MS = 500;
const holderSchema = z.object({ pid: z.int(), since: z.int() });

/**
 * Takes the agent's lock for life: an open exclusive transaction on a tiny SQLite file. The kernel frees it after
 * kill -9, so there is no stale lock. Nothing but SQLite may open that file: closing any other descriptor of it in
 * this process would drop the POSIX lock silently.
 */
export function takeLock(
  directory: string,
  holder: { readonly pid: number; readonly since: number },
): Result<Lock, StoreRefusal> {
  const database = new DatabaseSync(lockPath(directory), { timeout: PATIENCE_MS });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (resultCode(error) !== BUSY) throw error;
    return err(locked(directory, shownHolder(directory)));
  }
  writeFileSync(hintPath(directory), JSON.stringify(holder), { mode: 0o600 });
  return ok({ release: () => database.close() });
}

/** Who makes writing commands be refused, or null when writing is free. Only looks: it takes a shared lock for a moment. */
export function lockHolder(directory: string): LockHolder | null {
  if (!existsSync(lockPath(directory))) return null;
  const database = new DatabaseSync(lockPath(directory), { readOnly: true, timeout: 0 });
  try {
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return null;
  } catch (error) {
    if (resultCode(error) !== BUSY) throw error;
    return readHint(directory);
  } finally {
    database.close();
  }
}

function shownHolder(directory: string): { readonly pid: number | null; readonly since: string | null } {
  const hint = readHint(directory);
  return { pid: hint.pid, since: hint.since === null ? null : isoTime(hint.since) };
}

function readHint(directory: string): LockHolder {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(hintPath(directory), "utf8")));
  } catch {
    return { pid: null, since: null };
  }
}

function lockPath(directory: string): string {
  return join(directory, "agent.lock");
}

function hintPath(directory: string): string {
  return join(directory, "work", "agent.json");
}
