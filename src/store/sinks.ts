import type { OutboxStatus, SinkCursor, SinkState } from "../domain/ports/outbox.ts";
import type { Outbox } from "../domain/ports/outbox.ts";
import type { Database } from "./database.ts";
import { integer, integerOrNull, oneOf, text, textOrNull, type Row } from "./rows.ts";
import { damagedRow, StoreError } from "./store-error.ts";

const STATES: readonly SinkState[] = ["running", "backing-off", "stopped", "disabled"];

type Registration = Parameters<Outbox["registerSink"]>[0];

/** A known sink keeps its cursor and its state; commits only when something is new. */
export function registerSink(database: Database, sink: Registration): void {
  const known = database.one("SELECT kind FROM sink WHERE name = ?", sink.name);
  if (known !== null && known["kind"] === sink.kind) return;
  database.commit(() => {
    database.run(
      `INSERT INTO sink (name, kind, enabled, acked_seq, state, attempt) VALUES (?, ?, 1, ?, 'running', 0)
       ON CONFLICT (name) DO UPDATE SET kind = excluded.kind`,
      sink.name,
      sink.kind,
      sink.backfill ? 0 : firstCursor(database),
    );
  });
}

export function readCursor(database: Database, name: string): SinkCursor | null {
  const row = database.one("SELECT * FROM sink WHERE name = ?", name);
  return row === null ? null : unpackCursor(row);
}

export function setSinkState(database: Database, name: string, next: Parameters<Outbox["setSinkState"]>[1]): void {
  database.commit(() => {
    const changed = database.run(
      `UPDATE sink SET state = ?2, reason = ?3, attempt = ?4, enabled = (?2 <> 'disabled'),
       last_error = CASE WHEN ?2 IN ('backing-off', 'stopped') THEN ?3 ELSE last_error END WHERE name = ?1`,
      name,
      next.state,
      next.reason,
      next.attempt,
    );
    if (changed === 0) throw unknownSink(name);
  });
}

/** Moves the cursor; it never goes back, since rows below it may be deleted already. */
export function moveCursor(
  database: Database,
  move: { readonly sink: string; readonly ackedSeq: number; readonly at: number },
): void {
  const row = database.one("SELECT acked_seq FROM sink WHERE name = ?", move.sink);
  if (row === null) throw unknownSink(move.sink);
  const from = integer(row["acked_seq"]);
  if (move.ackedSeq < from) {
    throw new StoreError(
      "conflict",
      `the cursor of sink ${move.sink} would go back from ${from} to ${move.ackedSeq}; nothing was committed`,
    );
  }
  database.run("UPDATE sink SET acked_seq = ?, last_ok_at = ? WHERE name = ?", move.ackedSeq, move.at, move.sink);
}

/** A sink that left the configuration holds the outbox back until it is forgotten; true when it was known. */
export function forgetSink(database: Database, name: string): boolean {
  return database.commit(() => {
    database.run("DELETE FROM resend WHERE sink = ?", name);
    database.run("DELETE FROM dead_letter WHERE sink = ?", name);
    return database.run("DELETE FROM sink WHERE name = ?", name) > 0;
  });
}

/** The `+` keeps SQLite off the table's own tree, where counting would read every body. */
export function readSinkStatus(database: Database): OutboxStatus["sinks"] {
  const rows = database.all(
    `SELECT s.*, (SELECT count(*) FROM outbox o WHERE +o.seq > s.acked_seq) AS pending,
     (SELECT count(*) FROM dead_letter d WHERE d.sink = s.name) AS dead FROM sink s ORDER BY s.name`,
  );
  return rows.map((row) => ({
    ...unpackCursor(row),
    pending: integer(row["pending"]),
    deadLetters: integer(row["dead"]),
  }));
}

/** The newest row; after a reset whose cursors were lost, the row before the first salvaged one. */
function firstCursor(database: Database): number {
  const salvaged = database.one("SELECT value FROM meta WHERE key = 'salvage_start'");
  if (salvaged !== null) return integer(salvaged["value"]);
  return lastSeq(database);
}

/** The highest number ever given, even after its row was deleted. */
export function lastSeq(database: Database): number {
  const row = database.one("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'");
  return row === null ? 0 : integer(row["seq"]);
}

function unpackCursor(row: Row): SinkCursor {
  try {
    return {
      name: text(row["name"]),
      kind: text(row["kind"]),
      ackedSeq: integer(row["acked_seq"]),
      state: oneOf(row["state"], STATES),
      reason: textOrNull(row["reason"]),
      attempt: integer(row["attempt"]),
      lastOkAt: integerOrNull(row["last_ok_at"]),
      lastError: textOrNull(row["last_error"]),
    };
  } catch (error) {
    throw damagedRow("sink", String(row["name"]), error);
  }
}

function unknownSink(name: string): StoreError {
  return new StoreError("conflict", `sink ${name} was never registered; nothing was committed`);
}
