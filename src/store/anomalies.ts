import type { Anomaly } from "../domain/anomaly.ts";
import type { PastAnomalies } from "../domain/past-anomalies.ts";
import type { HistoryStore } from "../domain/ports/stores.ts";
import { anomaly as schema } from "./codecs/anomaly.ts";
import { decodeJson, encodeJson } from "./codecs/json.ts";
import type { Database, Value, Write } from "./database.ts";
import type { Row } from "./rows.ts";
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

/** Those that are in effect: open, muted, accepted, or closed as real; by id. */
export function readAnomalies(database: Database, segment: string): readonly Anomaly[] {
  return database.all(IN_EFFECT, segment).map(unpack);
}

/** With the words of the index `anomaly_in_effect`. */
export const IN_EFFECT = `SELECT id, body FROM anomaly WHERE segment = ?
  AND state IN ('open', 'muted', 'accepted', 'closed') ORDER BY id`;

/** Their number grows with the age of the store, so each is read only when it is asked for. */
export function pastAnomalies(database: Database, segment: string): PastAnomalies {
  return {
    find: (id) => readAnomaly(database, id),
    onPort: (port, since) => database.all(ON_PORT, segment, port, since).map(unpack),
  };
}

/** With the expressions of the index `anomaly_over_by_port`. */
export const ON_PORT = `SELECT id, body FROM anomaly WHERE segment = ? AND state = 'resolved'
  AND CASE WHEN json_valid(body) THEN json_extract(body, '$.port.number') END = ?
  AND CASE WHEN json_valid(body) THEN json_extract(body, '$.firstSeen') END >= ? ORDER BY id`;

export function readAnomaly(database: Database, id: string): Anomaly | null {
  const row = database.one("SELECT id, body FROM anomaly WHERE id = ?", id);
  return row === null ? null : unpack(row);
}

/** Newest first. `since` selects those that were seen or reported at or after that time. */
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
