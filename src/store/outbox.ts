import { EVENT_FAMILIES } from "../domain/event.ts";
import type { Outbox, OutboxStatus, RelayCommit } from "../domain/ports/outbox.ts";
import type { OutboxRow } from "../domain/ports/sink.ts";
import type { Database } from "./database.ts";
import { readDeadLetters, writeDeadLetters } from "./dead-letters.ts";
import { integer, integerOrNull, oneOf, text, textOrNull, type Row } from "./rows.ts";
import { lastSeq, moveCursor, readCursor, readSinkStatus, registerSink, setSinkState } from "./sinks.ts";
import { damagedRow } from "./store-error.ts";

const PRUNE_CHUNK = 1000;

/** The durable queue. Calls block inside and are asynchronous outside, so that the store may move to a worker. */
export function outbox(database: Database): Outbox {
  return {
    registerSink: async (sink) => registerSink(database, sink),
    cursor: async (sink) => readCursor(database, sink),
    readAfter: async (afterSeq, limits) => readAfter(database, afterSeq, limits),
    commitRelay: async (commit) => commitRelay(database, commit),
    setSinkState: async (sink, state) => setSinkState(database, sink, state),
    deadLetters: async (sink) => readDeadLetters(database, sink),
    status: async () => readStatus(database),
    prune: async (olderThan, inventory = olderThan) => prune(database, olderThan, inventory),
  };
}

/** One event by its id, or null when it was deleted or never stored. */
export function readEvent(database: Database, eventId: string): OutboxRow | null {
  const row = database.one("SELECT * FROM outbox WHERE event_id = ?", eventId);
  return row === null ? null : unpackRow(row);
}

function readAfter(
  database: Database,
  afterSeq: number,
  limits: { readonly maxRows: number; readonly maxBytes: number },
): readonly OutboxRow[] {
  const count = rowsWithin(database, afterSeq, limits);
  return database.all("SELECT * FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?", afterSeq, count).map(unpackRow);
}

/** Sizes first, bodies later: a batch of the largest rows must not be read only to be thrown away. */
function rowsWithin(
  database: Database,
  afterSeq: number,
  limits: { readonly maxRows: number; readonly maxBytes: number },
): number {
  const sizes = database.cells("SELECT bytes FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?", afterSeq, limits.maxRows);
  let bytes = 0;
  for (const [i, [size]] of sizes.entries()) {
    bytes += integer(size);
    if (bytes > limits.maxBytes && i > 0) return i;
  }
  return sizes.length;
}

function commitRelay(database: Database, commit: RelayCommit): void {
  database.commit(() => {
    writeDeadLetters(database, commit.sink, commit.dead);
    moveCursor(database, commit);
  });
}

function readStatus(database: Database): OutboxStatus {
  const row = database.one("SELECT count(*) AS n FROM outbox");
  const oldest = database.one("SELECT created_at FROM outbox ORDER BY seq LIMIT 1");
  return {
    rows: integer(row?.["n"]),
    lastSeq: lastSeq(database),
    oldestAt: oldest === null ? null : integerOrNull(oldest["created_at"]),
    sinks: readSinkStatus(database),
  };
}

/**
 * In chunks, each its own commit: a week of events in one delete would block everything else. Rows are read only up to the first
 * chunk that is too recent, because the bodies of a single day make up most of the file.
 */
function prune(database: Database, olderThan: number, inventoryOlderThan: number): number {
  const settled = database.one("SELECT min(acked_seq) AS seq FROM sink WHERE enabled = 1")?.["seq"] ?? null;
  if (settled === null) return 0;
  const newest = Math.max(olderThan, inventoryOlderThan);
  let [total, after] = [0, 0];
  for (;;) {
    const rows = database.all(CHUNK_FOR_PRUNING, after, settled, inventoryOlderThan, olderThan);
    const due = rows.filter((row) => row["due"] === 1).map((row) => integer(row["seq"]));
    if (due.length > 0) total += database.commit(() => database.run(DELETE_ROWS, JSON.stringify(due)));
    const last = rows.at(-1);
    if (last === undefined || (due.length === 0 && integer(last["created_at"]) >= newest)) return total;
    after = integer(last["seq"]);
  }
}

const CHUNK_FOR_PRUNING = `SELECT seq, created_at, created_at < iif(stream = 'observation', ?3, ?4)
  AND event_id NOT IN (SELECT event_id FROM resend) AS due
  FROM outbox WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ${PRUNE_CHUNK}`;
const DELETE_ROWS = "DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?))";

function unpackRow(row: Row): OutboxRow {
  try {
    return {
      seq: integer(row["seq"]),
      id: text(row["event_id"]),
      family: oneOf(row["stream"], EVENT_FAMILIES),
      key: text(row["key"]),
      namespace: text(row["namespace"]),
      severity: textOrNull(row["severity"]),
      body: text(row["body"]),
      digest: text(row["digest"]),
      createdAt: integer(row["created_at"]),
    };
  } catch (error) {
    throw damagedRow("outbox", String(row["seq"]), error);
  }
}
