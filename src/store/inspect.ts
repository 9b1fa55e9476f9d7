import type { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "../lib/result.ts";
import { MIGRATIONS } from "./migrations/all.ts";
import { foreignFile, madeByDevelopment, madeByNewer, type StoreRefusal } from "./refusal.ts";
import { APPLICATION_ID, pragma } from "./settings.ts";
import { isCorruption } from "./store-error.ts";

/**
 * The schema version of the file, 0 for a new one; refused when it is not ours, of a newer version, or from before
 * the first release, when the first schema was still edited in place.
 */
export function inspectVersion(connection: DatabaseSync, path: string): Result<number, StoreRefusal> {
  const version = Number(pragma(connection, "user_version"));
  if (isForeign(connection)) return err(foreignFile(path));
  if (version > MIGRATIONS.length) return err(madeByNewer(path, version, MIGRATIONS.length));
  if (version > 0 && !tableNames(connection).has("host_memory")) return err(madeByDevelopment(path));
  return ok(version);
}

/** Reads every page: `quick_check` finds broken trees and types, though not commits that vanished with the log. */
export function isWhole(connection: DatabaseSync): boolean {
  return pragma(connection, "quick_check(1)") === "ok";
}

/** Runs `look`; null when the file is too damaged even for that. Other errors are thrown. */
export function unlessCorrupt<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (isCorruption(error)) return null;
    throw error;
  }
}

function isForeign(connection: DatabaseSync): boolean {
  if (pragma(connection, "application_id") === APPLICATION_ID) return false;
  const tables = tableNames(connection);
  // A flipped bit in the header must not make our own store look foreign.
  return tables.size > 0 && !tables.has("observation_content");
}

function tableNames(connection: DatabaseSync): ReadonlySet<unknown> {
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return new Set(tables.map((table) => table["name"]));
}
