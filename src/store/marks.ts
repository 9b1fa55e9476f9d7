import type { ObservationMark } from "../domain/ports/stores.ts";
import type { Database, Write } from "./database.ts";
import { integer, text } from "./rows.ts";
import { damagedRow } from "./store-error.ts";

/** What was last reported about hosts and services, so that an unchanged one is not reported again. */
export function marksWriter(database: Database, segment: string, marks: readonly ObservationMark[]): Write {
  // In the order of the table's key, so that each page is written once.
  const sorted = marks.toSorted((a, b) => compare(a.hostId, b.hostId) || compare(a.unit, b.unit));
  const rows = sorted.map((mark) => [mark.hostId, mark.unit, segment, mark.digest, mark.at]);
  return () =>
    database.batch(
      `INSERT INTO observation_mark (host_id, unit, segment, digest, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (host_id, unit) DO UPDATE SET segment = excluded.segment, digest = excluded.digest, at = excluded.at`,
      rows,
    );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export function readMarks(database: Database, segment: string): readonly ObservationMark[] {
  const rows = database.cells(
    "SELECT host_id, unit, digest, at FROM observation_mark WHERE segment = ? ORDER BY host_id, unit",
    segment,
  );
  return rows.map(([hostId, unit, digest, at]) => {
    try {
      return { hostId: text(hostId), unit: text(unit), digest: text(digest), at: integer(at) };
    } catch (error) {
      throw damagedRow("observation_mark", `${String(hostId)} ${String(unit)}`, error);
    }
  });
}
