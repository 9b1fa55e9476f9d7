import type { PlannedChange } from "../domain/planned-change.ts";
import { decodeJson, encodeJson } from "./codecs/json.ts";
import { plannedChange } from "./codecs/planned-change.ts";
import type { Database, Write } from "./database.ts";
import { type Row, text } from "./rows.ts";
import { damagedRow } from "./store-error.ts";

/** Announced and not yet over; the oldest announcement first. */
export function readChanges(database: Database, segment: string): readonly PlannedChange[] {
  const rows = database.all(
    "SELECT id, body FROM planned_change WHERE segment = ? AND state = 'announced' ORDER BY announced_at, id",
    segment,
  );
  return rows.map(changeOf);
}

/** Newest first, whatever happened to them. */
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

export function readChangeFiles(database: Database): ReadonlyMap<string, string> {
  const rows = database.all("SELECT name, digest FROM change_file");
  return new Map(rows.map((row) => [text(row["name"]), text(row["digest"])]));
}

export function changeFileWriter(
  database: Database,
  file: { readonly name: string; readonly digest: string; readonly at: number },
): Write {
  return () => {
    database.run(
      `INSERT INTO change_file (name, digest, at) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, at = excluded.at`,
      file.name,
      file.digest,
      file.at,
    );
  };
}

function changeOf(row: Row): PlannedChange {
  try {
    return decodeJson(plannedChange, row["body"]);
  } catch (error) {
    throw damagedRow("planned_change", String(row["id"]), error);
  }
}
