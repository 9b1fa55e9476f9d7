import type { Anomaly } from "../domain/anomaly.ts";
import type { HistoryStore } from "../domain/ports/stores.ts";
import { anomaly as schema } from "./codecs/anomaly.ts";
import { decodeJson, encodeJson } from "./codecs/json.ts";
import type { Database, Value, Write } from "./database.ts";
import { integer, type Row, text } from "./rows.ts";
import { mapInSlices } from "./slices.ts";
import { damagedRow } from "./store-error.ts";

/** One row per anomaly id: a reopening overwrites the closed episode, whose story is in the events. */
export async function anomaliesWriter(database: Database, anomalies: readonly Anomaly[]): Promise<Write> {
  const packed = await mapInSlices(anomalies, pack);
  return () => {
    for (const values of packed) {
      database.run(
        `INSERT INTO anomaly (id, segment, host_id, kind, subject, state, episode, score, opened_cycle, last_cycle,
         last_seen, last_event_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
         segment = excluded.segment, host_id = excluded.host_id, kind = excluded.kind, subject = excluded.subject,
         state = excluded.state, episode = excluded.episode, score = excluded.score,
         opened_cycle = excluded.opened_cycle, last_cycle = excluded.last_cycle, last_seen = excluded.last_seen,
         last_event_at = excluded.last_event_at, body = excluded.body`,
        ...values,
      );
    }
  };
}

/**
 * Closed ones are read for so long before the newest of the segment, UTC ms: longer than anything looks back for what they
 * told. Of the rest the number of the episode is enough.
 */
const REMEMBERED_MS = 31 * 86_400_000;
const IS_REMEMBERED = `(state IN ('open', 'muted', 'accepted', 'closed') OR last_seen >=
  (SELECT max(last_seen) FROM anomaly WHERE segment = ?1) - ${REMEMBERED_MS})`;

export function readAnomalies(database: Database, segment: string): readonly Anomaly[] {
  const rows = database.all(
    `SELECT id, body FROM anomaly WHERE segment = ?1 AND ${IS_REMEMBERED} ORDER BY id`,
    segment,
  );
  return rows.map(unpack);
}

/** By id, of the anomalies that {@link readAnomalies} leaves out. */
export function readEpisodes(database: Database, segment: string): ReadonlyMap<string, number> {
  const rows = database.all(`SELECT id, episode FROM anomaly WHERE segment = ?1 AND NOT ${IS_REMEMBERED}`, segment);
  return new Map(rows.map((row) => [text(row["id"]), integer(row["episode"])]));
}

export function readAnomaly(database: Database, id: string): Anomaly | null {
  const row = database.one("SELECT id, body FROM anomaly WHERE id = ?", id);
  return row === null ? null : unpack(row);
}

/** Newest first. `since` asks for those that were seen or told about at or after that time. */
export function findAnomalies(
  database: Database,
  filter: Parameters<HistoryStore["anomalies"]>[0],
): readonly Anomaly[] {
  const rows = database.all(
    `SELECT id, body FROM anomaly WHERE segment = ?1
     AND (?2 IS NULL OR state IN (SELECT value FROM json_each(?2)))
     AND (?3 IS NULL OR max(last_seen, last_event_at) >= ?3)
     ORDER BY last_event_at DESC, id`,
    filter.segment,
    filter.states === null ? null : JSON.stringify(filter.states),
    filter.since,
  );
  return rows.map(unpack);
}

function pack(anomaly: Anomaly): readonly Value[] {
  return [
    anomaly.id,
    anomaly.segment,
    anomaly.host?.id ?? null,
    anomaly.kind,
    anomaly.subject,
    anomaly.state,
    anomaly.episode,
    anomaly.score.value,
    anomaly.openedCycle,
    anomaly.lastCycle,
    anomaly.lastSeen,
    anomaly.lastEventAt,
    encodeJson(schema, anomaly),
  ];
}

function unpack(row: Row): Anomaly {
  try {
    return decodeJson(schema, row["body"]);
  } catch (error) {
    throw damagedRow("anomaly", String(row["id"]), error);
  }
}
