import type { DeadLetter } from "../domain/ports/outbox.ts";
import type { Database } from "./database.ts";
import { integer, text, type Row } from "./rows.ts";
import { damagedRow, StoreError } from "./store-error.ts";

/** Limits of one sink's dead letters (delivery contract): beyond them the sink stops instead of filling the disk. */
const MAX_DEAD_LETTERS = 10_000;
export const MAX_DEAD_BYTES = 64 * 1024 * 1024;

/** Inside a commit. Throws `dead-letters-full` beyond the limit, which rolls the whole commit back. */
export function writeDeadLetters(database: Database, sink: string, letters: readonly DeadLetter[]): void {
  for (const letter of letters) writeDeadLetter(database, letter);
  if (letters.length === 0) return;
  const held = database.one(
    "SELECT count(*) AS n, coalesce(sum(bytes), 0) AS bytes FROM dead_letter WHERE sink = ?",
    sink,
  );
  const n = integer(held?.["n"]);
  const bytes = integer(held?.["bytes"]);
  if (n <= MAX_DEAD_LETTERS && bytes <= MAX_DEAD_BYTES) return;
  throw new StoreError(
    "dead-letters-full",
    `sink ${sink} would have ${n} dead letters of ${bytes} bytes, past ${MAX_DEAD_LETTERS} or ${MAX_DEAD_BYTES}; nothing was committed, the sink must stop`,
  );
}

/** Oldest first. */
export function readDeadLetters(database: Database, sink: string | null): readonly DeadLetter[] {
  const rows = database.all("SELECT * FROM dead_letter WHERE ?1 IS NULL OR sink = ?1 ORDER BY sink, seq", sink);
  return rows.map(unpackDeadLetter);
}

function writeDeadLetter(database: Database, letter: DeadLetter): void {
  database.run(
    `INSERT INTO dead_letter (sink, event_id, seq, stream, key, reason, detail, attempts, at, bytes, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sink, event_id) DO UPDATE SET seq = excluded.seq,
     reason = excluded.reason, detail = excluded.detail, attempts = excluded.attempts, at = excluded.at`,
    letter.sink,
    letter.eventId,
    letter.seq,
    letter.family,
    letter.key,
    letter.reason.slug,
    letter.reason.text,
    letter.attempts,
    letter.at,
    Buffer.byteLength(letter.body, "utf8"),
    letter.body,
  );
}

function unpackDeadLetter(row: Row): DeadLetter {
  try {
    return {
      sink: text(row["sink"]),
      eventId: text(row["event_id"]),
      seq: integer(row["seq"]),
      family: text(row["stream"]),
      key: text(row["key"]),
      body: text(row["body"]),
      reason: { slug: text(row["reason"]), text: text(row["detail"]) },
      attempts: integer(row["attempts"]),
      at: integer(row["at"]),
    };
  } catch (error) {
    throw damagedRow("dead_letter", `${String(row["sink"])} ${String(row["event_id"])}`, error);
  }
}
