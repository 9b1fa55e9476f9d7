import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { shortDigest } from "../lib/hash.ts";
import { integer, type Row } from "./rows.ts";

/** What could still be read of a damaged store: events that are not settled yet, and the position of each sink. */
export interface Salvage {
  readonly events: readonly Row[];
  readonly sinks: readonly Row[];
  readonly lastSeq: number;
}

/** Never throws: whatever a damaged file still gives is taken, each event only if its digest is right. */
export function salvage(folder: string): Salvage {
  const database = openOrNull(join(folder, "tripline.db"));
  if (database === null) return { events: [], sinks: [], lastSeq: 0 };
  try {
    const sinks = readable(database, "SELECT * FROM sink ORDER BY name").rows.filter(isSink);
    const events = pendingEvents(database, sinks);
    const lastSeq = Math.max(
      0,
      ...sinks.map((s) => integer(s["acked_seq"])),
      ...events.map((e) => integer(e["seq"])).slice(-1),
    );
    return { events, sinks, lastSeq };
  } finally {
    database.close();
  }
}

/** From the oldest on up to the first damaged page, then from the newest back to it. */
function pendingEvents(database: DatabaseSync, sinks: readonly Row[]): readonly Row[] {
  const settled = sinks.filter((sink) => sink["enabled"] === 1).map((sink) => integer(sink["acked_seq"]));
  const from = settled.length === 0 ? 0 : Math.min(...settled);
  const up = readable(database, `SELECT * FROM outbox WHERE seq > ${from} ORDER BY seq`);
  const down = up.complete ? [] : readable(database, `SELECT * FROM outbox WHERE seq > ${from} ORDER BY seq DESC`).rows;
  const whole = new Map([...up.rows, ...down].filter(isWhole).map((row) => [integer(row["seq"]), row]));
  return [...whole].sort((a, b) => a[0] - b[0]).map(([, row]) => row);
}

function readable(database: DatabaseSync, sql: string): { readonly rows: readonly Row[]; readonly complete: boolean } {
  const rows: Row[] = [];
  try {
    for (const row of database.prepare(sql).iterate()) rows.push(row);
    return { rows, complete: true };
  } catch {
    return { rows, complete: false };
  }
}

function isWhole(row: Row): boolean {
  const { seq, event_id: id, body, digest, ...rest } = row;
  if (!Number.isSafeInteger(seq) || typeof id !== "string" || typeof body !== "string") return false;
  const texts = [rest["stream"], rest["key"], rest["namespace"]];
  return shortDigest(body) === digest && texts.every((value) => typeof value === "string");
}

function isSink(row: Row): boolean {
  return typeof row["name"] === "string" && Number.isSafeInteger(row["acked_seq"]) && typeof row["state"] === "string";
}

function openOrNull(path: string): DatabaseSync | null {
  try {
    return new DatabaseSync(path, { defensive: true });
  } catch {
    return null;
  }
}
