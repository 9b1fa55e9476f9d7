import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { writeFileDurably } from "../lib/files.ts";
import { isoTime } from "../lib/time.ts";
import type { Database } from "./database.ts";
import { integer, type Row } from "./rows.ts";
import { salvage, type Salvage } from "./salvage.ts";

/** How many damaged stores are kept for a look by experts. */
const KEPT = 2;
const PREFIX = "corrupt-";
/** Written into the folder when its events are in the new store: a crash in between must not lose them. */
const DONE = "salvaged";

/** Moves the database with its log and index together, so that the three stay readable as one. */
export function setAside(directory: string, now: number): void {
  const folder = freeName(join(directory, `${PREFIX}${isoTime(now).replaceAll(/[:.]/g, "")}`));
  mkdirSync(folder, { mode: 0o700 });
  for (const name of ["tripline.db-wal", "tripline.db-shm", "store.mark", "tripline.db"]) {
    if (existsSync(join(directory, name))) renameSync(join(directory, name), join(folder, name));
  }
}

/** Brings undelivered events of a store that was set aside into the new one. Null when there is nothing to do. */
export function recoverEvents(
  directory: string,
  database: Database,
): { readonly folder: string; readonly events: number } | null {
  const folder = foldersOf(directory).findLast((name) => !existsSync(join(directory, name, DONE)));
  if (folder === undefined) return null;
  const saved = salvage(join(directory, folder));
  reinstate(database, saved);
  writeFileDurably(join(directory, folder, DONE), `${saved.events.length} events\n`);
  for (const name of foldersOf(directory).slice(0, -KEPT)) rmSync(join(directory, name), { recursive: true });
  return { folder: basename(folder), events: saved.events.length };
}

/**
 * The rows keep their old numbers, so that the cursors of the sinks stay right. Without readable cursors the events
 * wait for whichever sink registers first, from the oldest on.
 */
function reinstate(database: Database, saved: Salvage): void {
  const first = saved.sinks.length === 0 ? saved.events[0] : undefined;
  database.commit(() => {
    for (const row of saved.events) insert(database, "outbox", row);
    for (const row of saved.sinks) insert(database, "sink", row);
    raiseSequence(database, saved.lastSeq);
    if (first === undefined) return;
    const start = integer(first["seq"]) - 1;
    database.run("INSERT INTO meta (key, value) VALUES ('salvage_start', ?) ON CONFLICT (key) DO NOTHING", start);
  });
}

/** A number once given to a sink's cursor must never name another event. */
function raiseSequence(database: Database, lastSeq: number): void {
  if (lastSeq === 0) return;
  const raised = database.run("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'outbox'", lastSeq);
  if (raised === 0) database.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)", lastSeq);
}

const COLUMNS = {
  outbox: ["seq", "event_id", "stream", "key", "namespace", "severity", "bytes", "digest", "created_at", "body"],
  sink: ["name", "kind", "enabled", "acked_seq", "state", "reason", "attempt", "last_ok_at", "last_error"],
} as const;

function insert(database: Database, table: keyof typeof COLUMNS, row: Row): void {
  const columns = COLUMNS[table];
  const places = columns.map(() => "?").join(", ");
  database.run(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places}) ON CONFLICT DO NOTHING`,
    ...columns.map((column) => row[column] ?? null),
  );
}

function foldersOf(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith(PREFIX))
    .sort();
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let n = 2; existsSync(name); n++) name = `${wanted}-${n}`;
  return name;
}
