import type { PlannedChange } from "../domain/planned-change.ts";
import { decodeJson, encodeJson } from "./codecs/json.ts";
import { plannedChange } from "./codecs/planned-change.ts";
import type { Database, Write } from "./database.ts";
import type { Row } from "./rows.ts";
import { damagedRow } from "./store-error.ts";

/** Announced and not over; the oldest announcement first. */
export function readChanges(database: Database, segment: string): readonly PlannedChange[] {
  const rows = database.all(
    "SELECT id, body FROM planned_change WHERE segment = ? AND state = 'announced' ORDER BY announced_at, id",
    segment,
  );
  return rows.map(changeOf);
}

/** Newest first, whatever became of them. */
export function readAllChanges(database: Database, segment: string, limit: number): readonly PlannedChange[] {
  const rows = database.all(
    "SELECT id, body FROM planned_change WHERE segment = ? ORDER BY announced_at DESC, id LIMIT ?",
    segment,
    limit,
  );
  return rows.map(changeOf);
}

export function changesWriter(database: Database, changes: readonly PlannedChange[]): Write {
  const packed = changes.map(
    (one) => [one.id, one.segment, one.state, one.announcedAt, one.until, encodeJson(plannedChange, one)] as const,
  );
  return () => {
    for (const values of packed) {
      database.run(
        `INSERT INTO planned_change (id, segment, state, announced_at, until, body) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, until = excluded.until, body = excluded.body`,
        ...values,
      );
    }
  };
}

function changeOf(row: Row): PlannedChange {
  try {
    return decodeJson(plannedChange, row["body"]);
  } catch (error) {
    throw damagedRow("planned_change", String(row["id"]), error);
  }
}
