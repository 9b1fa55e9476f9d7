import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { HealthNotice } from "../domain/event.ts";
import { ok, type Result } from "../lib/result.ts";
import { closeInterrupted } from "./cycle-rows.ts";
import { openDatabase, type Database } from "./database.ts";
import { inspectVersion, isWhole, unlessCorrupt } from "./inspect.ts";
import { openMark, readMark } from "./mark.ts";
import { noteReset, raiseEpochIfRolledBack } from "./meta.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/all.ts";
import { resetNotice, rolledBackNotice } from "./notices.ts";
import { recoverEvents, setAside } from "./recover.ts";
import type { StoreRefusal } from "./refusal.ts";
import { applyWriteSettings, connect } from "./settings.ts";

export interface WriterOptions {
  readonly directory: string;
  readonly maxSizeBytes: number;
  readonly now: number;
  readonly newId: () => string;
}

export interface OpenedWriter {
  readonly database: Database;
  readonly notices: readonly HealthNotice[];
  /** Cycles that a crash had left running; they are `interrupted` now. */
  readonly interrupted: readonly string[];
}

/** The steps after the lock: check, set aside if damaged, migrate, compare with the mark, close what was left open. */
export function openWriter(options: WriterOptions): Result<OpenedWriter, StoreRefusal> {
  const path = join(options.directory, "tripline.db");
  const connection = openWhole(path, options);
  if (!connection.ok) return connection;
  const migrated = attempt(connection.value, () => {
    applyWriteSettings(connection.value, options.maxSizeBytes);
    return migrate(connection.value, { path, migrations: MIGRATIONS, newId: options.newId });
  });
  if (!migrated.ok) {
    connection.value.close();
    return migrated;
  }
  // The mark is read before its file may be recreated.
  const mark = readMark(options.directory);
  const database = openDatabase({ connection: connection.value, markFile: openMark(options.directory) });
  return ok(attempt(database, () => settle(database, mark, options)));
}

function settle(database: Database, mark: ReturnType<typeof readMark>, options: WriterOptions): OpenedWriter {
  const stored = database.mark();
  const lost = raiseEpochIfRolledBack(database, mark);
  const reset = recoverEvents(options.directory, database);
  if (reset !== null) noteReset(database, { at: options.now, folder: reset.folder });
  const notices = [
    ...(lost === null ? [] : [rolledBackNotice({ mark: lost, stored })]),
    ...(reset === null ? [] : [resetNotice(reset)]),
  ];
  return { database, notices, interrupted: closeInterrupted(database, options.now) };
}

/** A damaged file is moved aside once; a new one that is damaged again is the disk's fault and throws. */
function openWhole(path: string, options: WriterOptions): Result<DatabaseSync, StoreRefusal> {
  const connection = connect(path, "write");
  const version = attempt(connection, () => unlessCorrupt(() => checked(connection, path)));
  if (version?.ok === true) return ok(connection);
  connection.close();
  if (version !== null) return version;
  setAside(options.directory, options.now);
  return ok(connect(path, "write"));
}

/** Null: damaged. */
function checked(connection: DatabaseSync, path: string): Result<number, StoreRefusal> | null {
  const version = inspectVersion(connection, path);
  return version.ok && !isWhole(connection) ? null : version;
}

/** An error on the way must not leave the file open behind it. */
function attempt<T>(opened: { close(): void }, work: () => T): T {
  try {
    return work();
  } catch (error) {
    opened.close();
    throw error;
  }
}
