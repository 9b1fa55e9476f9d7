import type { Mute } from "../domain/anomaly.ts";
import type { AuditEntry } from "../domain/event.ts";
import type { OperatorCommit } from "../domain/ports/stores.ts";
import { acceptUndoWriter } from "./accept-undo.ts";
import { anomaliesWriter } from "./anomalies.ts";
import { baselineWriter, wholeBaselineWriter } from "./baseline-write.ts";
import { changesWriter } from "./changes.ts";
import { mute as muteSchema } from "./codecs/anomaly.ts";
import { auditEntry } from "./codecs/cycle-record.ts";
import { decodeJson, encodeJson } from "./codecs/json.ts";
import type { Database, Write } from "./database.ts";
import { eventsWriter, packEvent } from "./events.ts";
import { hostsWriter, packHosts } from "./host-rows.ts";
import { type Row, text } from "./rows.ts";
import { damagedRow, StoreError } from "./store-error.ts";

/** One operator action: the change, its audit row, its events. */
export async function operatorWriter(database: Database, commit: OperatorCommit): Promise<Write> {
  const hosts = await packHosts(commit.hosts, (id) => segmentOfHost(database, id));
  const { taught } = commit;
  const events = commit.events.map((event) => packEvent(event, commit.audit.at));
  const writes = [
    ...[commit.audit, ...(commit.alsoAudit ?? [])].map((entry) => auditWriter(database, entry)),
    commit.baseline === null ? () => {} : await wholeBaselineWriter(database, commit.baseline),
    hostsWriter(database, hosts),
    taught === undefined ? () => {} : await baselineWriter(database, taught.baseline, taught.touched),
    await anomaliesWriter(database, commit.anomalies),
    acceptUndoWriter(database, {
      keep: commit.acceptUndo ?? [],
      forget: commit.undone ?? [],
      relearned: commit.baseline?.segment ?? null,
      at: commit.audit.at,
    }),
    mutesWriter(database, commit.addMutes, commit.removeMutes),
    changesWriter(database, commit.changes ?? []),
    eventsWriter(database, events),
  ];
  return (counter) => {
    for (const write of writes) write(counter);
  };
}

export function readMutes(database: Database): readonly Mute[] {
  return database.all("SELECT id, body FROM mute ORDER BY id").map((row) => {
    try {
      return decodeJson(muteSchema, row["body"]);
    } catch (error) {
      throw damagedRow("mute", String(row["id"]), error);
    }
  });
}

/** Newest first. */
export function readAudit(database: Database, limit: number): readonly AuditEntry[] {
  return database.all("SELECT id, body FROM audit ORDER BY n DESC LIMIT ?", limit).map(unpackAudit);
}

/** Verdicts on anomalies since then, the oldest first. */
export function readVerdicts(database: Database, since: number): readonly AuditEntry[] {
  return database
    .all(
      `SELECT id, body FROM audit WHERE at >= ? AND kind IN ('anomaly-accepted', 'anomaly-closed', 'anomaly-reopened',
       'accept-undone') ORDER BY n`,
      since,
    )
    .map(unpackAudit);
}

function unpackAudit(row: Row): AuditEntry {
  try {
    return decodeJson(auditEntry, row["body"]);
  } catch (error) {
    throw damagedRow("audit", String(row["id"]), error);
  }
}

function auditWriter(database: Database, audit: AuditEntry): Write {
  const body = encodeJson(auditEntry, audit);
  const accepted = audit.kind === "anomaly-accepted" || audit.kind === "baseline-accepted";
  return () => {
    database.run(
      "INSERT INTO audit (id, kind, at, anomaly_id, body) VALUES (?, ?, ?, ?, ?)",
      audit.id,
      audit.kind,
      audit.at,
      audit.anomalyId,
      body,
    );
    if (accepted) writeAcceptance(database, audit);
  };
}

/** Accepts may end: they are found by their end, without reading all of the audit. */
function writeAcceptance(database: Database, audit: AuditEntry): void {
  database.run(
    "INSERT INTO acceptance (audit_id, object, anomaly_id, until, at) VALUES (?, ?, ?, ?, ?)",
    audit.id,
    audit.object,
    audit.anomalyId,
    audit.until,
    audit.at,
  );
}

function mutesWriter(database: Database, add: readonly Mute[], remove: readonly string[]): Write {
  const packed = add.map((mute) => [mute.id, mute.until, encodeJson(muteSchema, mute)] as const);
  return () => {
    for (const id of remove) database.run("DELETE FROM mute WHERE id = ?", id);
    for (const values of packed) {
      database.run(
        `INSERT INTO mute (id, until, body) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET until = excluded.until, body = excluded.body`,
        ...values,
      );
    }
  };
}

function segmentOfHost(database: Database, id: string): string {
  const row = database.one("SELECT segment FROM host WHERE host_id = ?", id);
  if (row === null)
    throw new StoreError("conflict", `host ${id} is not in the baseline, it cannot be changed; nothing was committed`);
  return text(row["segment"]);
}
