import { statSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "../lib/result.ts";
import { openDatabase, type Database } from "./database.ts";
import { fileRefusal } from "./directory.ts";
import { inspectVersion } from "./inspect.ts";
import { MIGRATIONS } from "./migrations/all.ts";
import { damagedForReaders, noStoreYet, notMigratedYet, notUsable, type StoreRefusal } from "./refusal.ts";
import { applyReadSettings, connect } from "./settings.ts";

/** Opens beside a running agent: no lock, no checks that take long, no transaction longer than one statement. */
export function openReader(directory: string): Result<Database, StoreRefusal> {
  const path = join(directory, "tripline.db");
  const refused = missing(directory, path) ?? fileRefusal(directory, "tripline.db", "read");
  if (refused !== null) return err(refused);
  const connection = connect(path, "read");
  try {
    const version = inspectVersion(connection, path);
    const refusal = version.ok ? unreadable(path, version.value) : version.error;
    if (refusal === null) applyReadSettings(connection);
    else connection.close();
    return refusal === null ? ok(openDatabase({ connection, markFile: null })) : err(refusal);
  } catch (error) {
    connection.close();
    return err(damagedForReaders(path, error));
  }
}

/** A file that may not be read is not the same as a file that does not exist. */
function missing(directory: string, path: string): StoreRefusal | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? noStoreYet(path) : null;
  } catch (error) {
    return notUsable(directory, error);
  }
}

function unreadable(path: string, version: number): StoreRefusal | null {
  if (version === 0) return noStoreYet(path);
  return version < MIGRATIONS.length ? notMigratedYet(path, version, MIGRATIONS.length) : null;
}
