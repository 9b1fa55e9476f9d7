import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileDurably } from "../lib/files.ts";
import { isoTime } from "../lib/time.ts";
import type { Database } from "./database.ts";
import { integer, type Row } from "./rows.ts";
import { salvage, type Salvage } from "./salvage.ts";

/** How many damaged stores are kept for analysis. */
const KEPT = 2;
const PREFIX = "corrupt-";
const SET_ASIDE = /^corrupt-\d{4}-\d{2}-\d{2}T\d{9}Z(-\d+)?$/;
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

/** Brings undelivered events of stores that were set aside into the new one. Null when there is nothing to do. */
export function recoverEvents(
  directory: string,
  database: Database,
): { readonly folder: string; readonly events: number } | null {
  // More than one is left when starts were killed before they came this far. The oldest events are sent first.
  const waiting = foldersOf(directory).filter((name) => !existsSync(join(directory, name, DONE)));
  const newest = waiting.at(-1);
  if (newest === undefined) return null;
  const events = waiting.map((name) => saveEvents(join(directory, name), database));
  for (const name of foldersOf(directory).slice(0, -KEPT)) rmSync(join(directory, name), { recursive: true });
  return { folder: newest, events: events.reduce((sum, count) => sum + count, 0) };
}

function saveEvents(folder: string, database: Database): number {
  const saved = salvage(folder);
  reinstate(database, saved);
  writeFileDurably(join(folder, DONE), `${saved.events.length} events\n`);
  return saved.events.length;
}

/**
 * In an outbox that never gave a number the rows keep their own, so that the cursors of the sinks stay right. Numbers
 * of any other store mean other events: its rows get new ones, and its sinks begin in front of them. Without readable
 * cursors the events wait for whichever sink registers first, from the oldest on.
 */
function reinstate(database: Database, saved: Salvage): void {
  database.commit(() => {
    const given = lastGiven(database);
    const fresh = given === 0;
    for (const row of saved.events) insert(database, "outbox", fresh ? row : { ...row, seq: null });
    for (const row of saved.sinks) insert(database, "sink", fresh ? row : { ...row, acked_seq: given });
    if (fresh) raiseSequence(database, saved.lastSeq);
    const first = saved.events[0];
    if (first === undefined || saved.sinks.length > 0) return;
    const start = fresh ? integer(first["seq"]) - 1 : given;
    database.run("INSERT INTO meta (key, value) VALUES ('salvage_start', ?) ON CONFLICT (key) DO NOTHING", start);
  });
}

/** The highest number that an event of this store ever had, 0 for none. */
function lastGiven(database: Database): number {
  return integer(database.one("SELECT max(seq) AS seq FROM sqlite_sequence WHERE name = 'outbox'")?.["seq"] ?? 0);
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

/** Oldest first. Other files that people put there are left alone. */
function foldersOf(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && SET_ASIDE.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let n = 2; existsSync(name); n++) name = `${wanted}-${n}`;
  return name;
}
