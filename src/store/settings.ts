import { DatabaseSync } from "node:sqlite";

/** The first SQLite without the WAL-reset corruption race (sqlite.org, release notes of 3.51.3). */
export const NEEDED_SQLITE = "3.51.3";
/** Marks the file as ours ("TRIP"), so that another program's database is refused, never moved aside. */
export const APPLICATION_ID = 0x54524950;
export const DEFAULT_MAX_BYTES = 1024 ** 3;

const BUSY_TIMEOUT_MS = 5000;

/** The version gate: null when `version` is new enough. */
export function tooOldSqlite(version: string): string | null {
  const found = version.split(".").map(Number);
  const needed = NEEDED_SQLITE.split(".").map(Number);
  for (const [i, part] of needed.entries()) {
    const ours = found[i] ?? 0;
    if (ours !== part) return ours > part ? null : version;
  }
  return null;
}

export function sqliteVersion(): string {
  const database = new DatabaseSync(":memory:");
  const row = database.prepare("SELECT sqlite_version() AS version").get();
  database.close();
  return String(row?.["version"]);
}

/** A connection with the settings that need no write; throws errors of node:sqlite. */
export function connect(path: string, access: "read" | "write"): DatabaseSync {
  return new DatabaseSync(path, {
    readOnly: access === "read",
    timeout: BUSY_TIMEOUT_MS,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
    allowExtension: false,
    defensive: true,
  });
}

/** Settings of a reader: nothing spills to disk, no schema text is trusted. */
export function applyReadSettings(database: DatabaseSync): void {
  database.exec("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY");
}

/**
 * Settings of the writer. `max_page_count` belongs to the connection, not to the file, so it is set at every open.
 * Throws when the file cannot be in WAL mode: everything about durability here rests on it.
 */
export function applyWriteSettings(database: DatabaseSync, maxSizeBytes: number): void {
  applyReadSettings(database);
  const mode = pragma(database, "journal_mode = WAL");
  if (mode !== "wal") throw new Error(`SQLite answered journal_mode ${String(mode)} where wal is needed`);
  database.exec("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 67108864");
  const pageSize = Number(pragma(database, "page_size"));
  database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxSizeBytes / pageSize))}`);
}

/** Asked after the first write: some builds of SQLite change the answer only then. */
export function assertSynchronous(database: DatabaseSync): void {
  const level = pragma(database, "synchronous");
  if (level !== 2) throw new Error(`SQLite answered synchronous ${String(level)} where 2 (FULL) is needed`);
}

/** The first value of a pragma's answer. */
export function pragma(database: DatabaseSync, text: string): unknown {
  const row = database.prepare(`PRAGMA ${text}`).get();
  return row === undefined ? undefined : Object.values(row)[0];
}
