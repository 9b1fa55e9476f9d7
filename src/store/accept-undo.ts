import { z } from "zod";
import type { AcceptedHost, AcceptUndo } from "../domain/accept-undo.ts";
import type { HostBaseline } from "../domain/baseline.ts";
import { packMemory, unpackMemory } from "./codecs/host.ts";
import { decodeJson, encodeJson, listOf, numberOrNull } from "./codecs/json.ts";
import type { Database, Write } from "./database.ts";
import { integer, text } from "./rows.ts";
import { damagedRow } from "./store-error.ts";

const seen = z.strictObject({ scan: z.number(), at: z.number() });
const host = z.strictObject({
  id: z.string(),
  address: z.string(),
  reference: z.enum(["known", "new"]),
  current: z.enum(["up", "gone"]),
  misses: z.number(),
  covered: z.number(),
  firstSeen: seen,
  lastSeen: seen,
  osAskedAt: numberOrNull,
  memory: z.string(),
});
const hosts = listOf(z.strictObject({ before: host, after: host }));

/** How long an accept may be taken back. */
const KEPT_MS = 90 * 86_400_000;

export interface UndoChanges {
  readonly keep: readonly AcceptUndo[];
  readonly forget: readonly string[];
  /** The whole segment is relearned, so none of its accepts may be taken back. */
  readonly relearned: string | null;
  readonly at: number;
}

export function acceptUndoWriter(database: Database, { keep, forget, relearned, at }: UndoChanges): Write {
  const packed = keep.map((one) => [one.anomalyId, one.segment, one.at, encodeJson(hosts, one.hosts.map(pack))]);
  return () => {
    if (relearned !== null) database.run("DELETE FROM accept_undo WHERE segment = ?", relearned);
    for (const id of forget) database.run("DELETE FROM accept_undo WHERE anomaly_id = ?", id);
    if (packed.length === 0) return;
    database.run("DELETE FROM accept_undo WHERE at < ?", at - KEPT_MS);
    for (const values of packed) {
      database.run("INSERT OR REPLACE INTO accept_undo (anomaly_id, segment, at, body) VALUES (?, ?, ?, ?)", ...values);
    }
  };
}

export function readAcceptUndo(database: Database, anomalyId: string): AcceptUndo | null {
  const row = database.one("SELECT segment, at, body FROM accept_undo WHERE anomaly_id = ?", anomalyId);
  if (row === null) return null;
  try {
    const found = decodeJson(hosts, row["body"]).map((one) => ({
      before: unpack(one.before),
      after: unpack(one.after),
    }));
    return { anomalyId, segment: text(row["segment"]), at: integer(row["at"]), hosts: found };
  } catch (error) {
    throw damagedRow("accept_undo", anomalyId, error);
  }
}

type PackedHost = z.output<typeof host>;

function pack({ before, after }: AcceptedHost): { readonly before: PackedHost; readonly after: PackedHost } {
  return { before: packed(before), after: packed(after) };
}

function packed(one: HostBaseline): PackedHost {
  const { id, address, reference, current, misses, covered, firstSeen, lastSeen, osAskedAt } = one;
  const memory = packMemory(one);
  return { id, address, reference, current, misses, covered, firstSeen, lastSeen, osAskedAt, memory };
}

function unpack({ memory, ...columns }: PackedHost): HostBaseline {
  const { covered, lastSeen } = columns;
  return { ...columns, coverage: [], ...unpackMemory(memory, { covered, lastSeen, share: (value) => value }) };
}
