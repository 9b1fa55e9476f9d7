import type { HealthNotice } from "../domain/event.ts";
import type { Outbox } from "../domain/ports/outbox.ts";
import type { CycleStore, HistoryStore } from "../domain/ports/stores.ts";
import { systemCode } from "../lib/files.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { cycleStore } from "./cycles.ts";
import type { Database } from "./database.ts";
import { directoryRefusal, prepareDirectory } from "./directory.ts";
import { historyStore } from "./history.ts";
import { keeping, type Keeping } from "./keeping.ts";
import { type LockRole, takeLock } from "./lock.ts";
import { openReader } from "./open-reader.ts";
import { openWriter } from "./open-writer.ts";
import { outbox } from "./outbox.ts";
import { noRoom, notUsable, sqliteTooOld, type StoreRefusal } from "./refusal.ts";
import { DEFAULT_MAX_BYTES, NEEDED_SQLITE, sqliteVersion, tooOldSqlite } from "./settings.ts";
import { isStoreFull, resultCode, translated } from "./store-error.ts";

export interface StoreOptions {
  /** The state directory; made if it does not exist. */
  readonly directory: string;
  /** `write` takes the agent's lock for as long as the store is open; `read` works beside a running agent. */
  readonly access: "write" | "read";
  /** UTC ms. */
  readonly now: number;
  /** Makes the random installation id of a new store. */
  readonly newId: () => string;
  /** Of the database file; default 1 GiB. */
  readonly maxSizeBytes?: number;
  /** Shown to whoever is refused; default: this process, as a command. */
  readonly pid?: number;
  readonly role?: LockRole;
  /** `statfs` f_type of a directory; default: ask the machine. */
  readonly fileSystemType?: (directory: string) => number;
}

export interface OpenedStore {
  readonly cycles: CycleStore;
  readonly history: HistoryStore;
  readonly outbox: Outbox;
  readonly keeping: Keeping;
  /** Facts that must become health events: `store-rolled-back`, `store-reset`. */
  readonly notices: readonly HealthNotice[];
  /** Sentences for the operator. */
  readonly warnings: readonly string[];
  /** Ids of cycles that a crash had left running; already marked `interrupted`, oldest first. */
  readonly interrupted: readonly string[];
  /** Writes the log back, closes, frees the lock. Nothing may be called afterwards. */
  close(): void;
}

/**
 * Opens the store in the order of the delivery contract: directory, lock, version gate, check, set aside, migration,
 * mark, interrupted cycles. A refusal is a value with code, exit code and remedy; a throw is a bug or a broken disk.
 */
export function openStore(options: StoreOptions): Result<OpenedStore, StoreRefusal> {
  try {
    return options.access === "read" ? openForReading(options) : openForWriting(options);
  } catch (error) {
    const refusal = expectedFailure(options.directory, error);
    if (refusal === null) throw error;
    return err(refusal);
  }
}

function openForReading(options: StoreOptions): Result<OpenedStore, StoreRefusal> {
  const refused = versionGate();
  if (refused !== null) return err(refused);
  const opened = openReader(options.directory);
  if (!opened.ok) return opened;
  const database = opened.value;
  return ok({ ...ports(database), notices: [], warnings: [], interrupted: [], close: () => database.close() });
}

function openForWriting(options: StoreOptions): Result<OpenedStore, StoreRefusal> {
  const prepared = prepareDirectory(options);
  if (!prepared.ok) return prepared;
  const { directory, now: since, pid = process.pid, role = "command" } = options;
  const lock = takeLock(directory, { pid, since, role });
  if (!lock.ok) return lock;
  const opened = openLocked(options, () => lock.value.release());
  if (!opened.ok) return opened;
  const { database, notices, interrupted } = opened.value;
  const close = (): void => {
    database.close();
    lock.value.release();
  };
  return ok({ ...ports(database), notices, warnings: prepared.value, interrupted, close });
}

/** The lock is freed again unless the store is open in the end. */
function openLocked(options: StoreOptions, release: () => void): ReturnType<typeof openWriter> {
  try {
    const refused = versionGate();
    const opened =
      refused === null
        ? openWriter({ ...options, maxSizeBytes: options.maxSizeBytes ?? DEFAULT_MAX_BYTES })
        : err(refused);
    if (!opened.ok) release();
    return opened;
  } catch (error) {
    release();
    throw error;
  }
}

function ports(database: Database): Pick<OpenedStore, "cycles" | "history" | "outbox" | "keeping"> {
  return {
    cycles: cycleStore(database),
    history: historyStore(database),
    outbox: outbox(database),
    keeping: keeping(database),
  };
}

function versionGate(): StoreRefusal | null {
  const tooOld = tooOldSqlite(sqliteVersion());
  return tooOld === null ? null : sqliteTooOld(tooOld, NEEDED_SQLITE);
}

// SQLITE_PERM, SQLITE_READONLY, SQLITE_CANTOPEN: what the directory check could not foresee.
const NOT_OPENED: readonly (number | null)[] = [3, 8, 14];

function expectedFailure(directory: string, error: unknown): StoreRefusal | null {
  if (isStoreFull(translated(error))) return noRoom(directory, error);
  if (systemCode(error) !== null) return directoryRefusal(directory, error);
  return NOT_OPENED.includes(resultCode(error)) ? notUsable(directory, error) : null;
}
