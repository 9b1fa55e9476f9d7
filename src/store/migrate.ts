import { existsSync, renameSync, rmSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "../lib/result.ts";
import { transaction } from "./database.ts";
import { noRoomForBackup, type StoreRefusal } from "./refusal.ts";
import { APPLICATION_ID, pragma } from "./settings.ts";

export interface MigrationTarget {
  readonly path: string;
  readonly migrations: readonly string[];
  /** Random id of a store that is being made now. */
  readonly newId: () => string;
}

/**
 * Brings the schema up to date: all steps and the new version in one transaction, after a backup when there is
 * something to lose. Bodies of events are never rewritten. `migrated` is the version it came from, null = no change.
 */
export function migrate(
  connection: DatabaseSync,
  target: MigrationTarget,
): Result<{ readonly migrated: number | null }, StoreRefusal> {
  const found = Number(pragma(connection, "user_version"));
  if (found >= target.migrations.length) return ok({ migrated: null });
  const refusal = found === 0 ? null : backUp(connection, target.path, found);
  if (refusal !== null) return err(refusal);
  transaction(connection, () => {
    for (const step of target.migrations.slice(found)) connection.exec(step);
    if (found === 0) beginMeta(connection, target.newId());
    connection.exec(`PRAGMA user_version = ${target.migrations.length}; PRAGMA application_id = ${APPLICATION_ID}`);
  });
  return ok({ migrated: found });
}

function beginMeta(connection: DatabaseSync, installId: string): void {
  const insert = connection.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
  insert.run("install_id", installId);
  insert.run("epoch", 1);
  insert.run("commit_counter", 0);
}

/**
 * `VACUUM INTO` includes what is in the log; a copy of the file would not. A backup of the very same commit, from a migration
 * that failed before, is kept; a torn one never has the final name.
 */
function backUp(connection: DatabaseSync, path: string, version: number): StoreRefusal | null {
  const directory = dirname(path);
  const needed = Number(pragma(connection, "page_count")) * Number(pragma(connection, "page_size"));
  const volume = statfsSync(directory);
  const free = volume.bavail * volume.bsize;
  if (free < needed) return noRoomForBackup(path, needed, free);
  const counter = Number(connection.prepare("SELECT value FROM meta WHERE key = 'commit_counter'").get()?.["value"]);
  const backup = join(directory, `backup-v${version}-${counter}.db`);
  if (existsSync(backup)) return null;
  const unfinished = `${backup}.tmp`;
  rmSync(unfinished, { force: true });
  connection.prepare("VACUUM INTO ?").run(unfinished);
  renameSync(unfinished, backup);
  return null;
}
