import { existsSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "../lib/result.ts";
import { openDatabase, type Database } from "./database.ts";
import { inspectVersion } from "./inspect.ts";
import { MIGRATIONS } from "./migrations/all.ts";
import { damagedForReaders, noStoreYet, notMigratedYet, type StoreRefusal } from "./refusal.ts";
import { applyReadSettings, connect } from "./settings.ts";

/** Opens beside a running agent: no lock, no checks that take long, no transaction longer than one statement. */
export function openReader(directory: string): Result<Database, StoreRefusal> {
  const path = join(directory, "tripline.db");
  if (!existsSync(path)) return err(noStoreYet(path));
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

function unreadable(path: string, version: number): StoreRefusal | null {
  if (version === 0) return noStoreYet(path);
  return version < MIGRATIONS.length ? notMigratedYet(path, version, MIGRATIONS.length) : null;
}
