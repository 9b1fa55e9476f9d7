import type { CycleRecord } from "../domain/ports/stores.ts";
import { emptyBaseline } from "../domain/baseline.ts";
import { segmentVantage } from "./codecs/baseline.ts";
import { profile, vantageVerdict } from "./codecs/common.ts";
import { cycleState, scanSummary } from "./codecs/cycle-record.ts";
import { decodeJsonOrNull, encodeJson } from "./codecs/json.ts";
import type { Database, Write } from "./database.ts";
import { integer, integerOrNull, oneOf, text, textOrNull, type Row } from "./rows.ts";
import { damagedRow } from "./store-error.ts";

/** The cycle's row, and the segment's scan counter, which never goes back. */
export function cycleWriter(database: Database, record: CycleRecord): Write {
  const summary = record.summary === null ? null : encodeJson(scanSummary, record.summary);
  const vantage = record.vantage === null ? null : encodeJson(vantageVerdict, record.vantage);
  return () => {
    raiseScanCounter(database, record);
    database.run(
      `INSERT INTO cycle (id, segment, profile, state, started_at, ended_at, scan_number, learning_changes, summary,
       vantage, plan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET segment = excluded.segment,
       profile = excluded.profile, state = excluded.state, started_at = excluded.started_at,
       ended_at = excluded.ended_at, scan_number = excluded.scan_number,
       learning_changes = excluded.learning_changes, summary = excluded.summary, vantage = excluded.vantage,
       plan = excluded.plan`,
      record.id,
      record.segment,
      record.profile,
      record.state,
      record.startedAt,
      record.endedAt,
      record.scanNumber,
      record.learningChanges,
      summary,
      vantage,
      record.plan,
    );
  };
}

function raiseScanCounter(database: Database, record: CycleRecord): void {
  database.run(
    `INSERT INTO segment (name, scan_counter, scans, comparability, vantage, classes)
     VALUES (?, ?, 0, '[]', ?, '[]')
     ON CONFLICT (name) DO UPDATE SET scan_counter = max(scan_counter, excluded.scan_counter)`,
    record.segment,
    record.scanNumber,
    encodeJson(segmentVantage, emptyBaseline(record.segment).vantage),
  );
}

export function nextScanNumber(database: Database, segment: string): number {
  const row = database.one("SELECT scan_counter FROM segment WHERE name = ?", segment);
  return row === null ? 1 : integer(row["scan_counter"]) + 1;
}

/** Newest first. */
export function readCycles(database: Database, segment: string, limit: number): readonly CycleRecord[] {
  const rows = database.all(
    "SELECT * FROM cycle WHERE segment = ? ORDER BY started_at DESC, id DESC LIMIT ?",
    segment,
    limit,
  );
  return rows.map(unpackCycle);
}

/** The newest cycle that came to a verdict. */
export function readLastCycle(database: Database, segment: string): CycleRecord | null {
  const row = database.one(
    `SELECT * FROM cycle WHERE segment = ? AND state NOT IN ('running', 'interrupted')
     ORDER BY started_at DESC, id DESC LIMIT 1`,
    segment,
  );
  return row === null ? null : unpackCycle(row);
}

export function closeInterrupted(database: Database, at: number): readonly string[] {
  const rows = database.all("SELECT id FROM cycle WHERE state = 'running' ORDER BY started_at, id");
  if (rows.length > 0) {
    database.commit(() =>
      database.run("UPDATE cycle SET state = 'interrupted', ended_at = ? WHERE state = 'running'", at),
    );
  }
  return rows.map((row) => text(row["id"]));
}

function unpackCycle(row: Row): CycleRecord {
  try {
    return {
      id: text(row["id"]),
      segment: text(row["segment"]),
      profile: oneOf(row["profile"], profile.options),
      state: oneOf(row["state"], cycleState.options),
      startedAt: integer(row["started_at"]),
      endedAt: integerOrNull(row["ended_at"]),
      scanNumber: integer(row["scan_number"]),
      summary: decodeJsonOrNull(scanSummary, row["summary"]),
      vantage: decodeJsonOrNull(vantageVerdict, row["vantage"]),
      learningChanges: integer(row["learning_changes"]),
      plan: textOrNull(row["plan"]),
    };
  } catch (error) {
    throw damagedRow("cycle", String(row["id"]), error);
  }
}
