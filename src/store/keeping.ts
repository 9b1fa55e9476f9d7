import type { OutboxRow } from "../domain/ports/sink.ts";
import type { Database } from "./database.ts";
import type { Mark } from "./mark.ts";
import { readReset, type StoreReset } from "./meta.ts";
import { forgetSystems } from "./observed-systems.ts";
import { readEvent } from "./outbox.ts";
import { integer, text } from "./rows.ts";
import { forgetSink } from "./sinks.ts";

/** Helpers for operators, retention and metrics, beside the ports. */
export interface Keeping {
  /** Paths below `raw/` that some run names; any other file there may go. */
  rawFilesReferenced(): Promise<ReadonlySet<string>>;
  /** Ids of ended cycles that began before `at` (UTC ms), oldest first; the newest of each segment is never among them. */
  cycleIdsOlderThan(at: number): Promise<readonly string[]>;
  /** Deletes what the runs of these cycles saw and the names of their raw files; the cycles themselves stay. */
  forgetFacts(cycleIds: readonly string[]): Promise<void>;
  /** Ids of the cycles whose shards are still stored: they can be looked at or replayed. */
  cyclesWithFacts(): Promise<ReadonlySet<string>>;
  segments(): Promise<readonly string[]>;
  event(eventId: string): Promise<OutboxRow | null>;
  /** False when no sink of that name was known. */
  forgetSink(name: string): Promise<boolean>;
  /** Epoch and number of the last commit: parts of the ids of health events. */
  mark(): Promise<Mark>;
  usage(): Promise<StoreUsage>;
  /** When a damaged store was set aside for this one; null = never. */
  lastReset(): Promise<StoreReset | null>;
}

export interface StoreUsage {
  readonly pagesUsed: number;
  readonly pagesAllowed: number;
  readonly pageBytes: number;
  /** False after an I/O error or damage: health is red until a restart. */
  readonly usable: boolean;
}

export function keeping(database: Database): Keeping {
  return {
    rawFilesReferenced: async () => rawFilesReferenced(database),
    cycleIdsOlderThan: async (at) => cycleIdsOlderThan(database, at),
    forgetFacts: async (cycleIds) => forgetFacts(database, cycleIds),
    cyclesWithFacts: async () =>
      new Set(database.all("SELECT DISTINCT cycle_id FROM shard").map((row) => text(row["cycle_id"]))),
    segments: async () => database.all("SELECT name FROM segment ORDER BY name").map((row) => text(row["name"])),
    event: async (eventId) => readEvent(database, eventId),
    forgetSink: async (name) => forgetSink(database, name),
    mark: async () => database.mark(),
    usage: async () => usage(database),
    lastReset: async () => readReset(database),
  };
}

function rawFilesReferenced(database: Database): ReadonlySet<string> {
  const rows = database.all("SELECT raw_path FROM nmap_run WHERE raw_path IS NOT NULL");
  return new Set(rows.map((row) => text(row["raw_path"])));
}

function cycleIdsOlderThan(database: Database, at: number): readonly string[] {
  const rows = database.all(
    `SELECT id FROM cycle c WHERE started_at < ? AND state <> 'running' AND EXISTS
     (SELECT 1 FROM cycle newer WHERE newer.segment = c.segment AND newer.started_at > c.started_at
      AND newer.state NOT IN ('running', 'interrupted'))
     ORDER BY started_at, id`,
    at,
  );
  return rows.map((row) => text(row["id"]));
}

/** One commit per cycle: deleting a month must not delay a scan. */
function forgetFacts(database: Database, cycleIds: readonly string[]): void {
  const stored = cycleIds.filter((id) => database.one("SELECT 1 FROM shard WHERE cycle_id = ? LIMIT 1", id) !== null);
  if (stored.length === 0) return;
  for (const id of stored) database.commit(() => database.run("DELETE FROM shard WHERE cycle_id = ?", id));
  database.commit(() => {
    database.run(
      "DELETE FROM observation_content WHERE NOT EXISTS (SELECT 1 FROM observation o WHERE o.content = observation_content.id)",
    );
    forgetSystems(database);
  });
}

function usage(database: Database): StoreUsage {
  const usable = database.usable();
  if (!usable) return { pagesUsed: 0, pagesAllowed: 0, pageBytes: 0, usable };
  const ask = (name: string): number => integer(Object.values(database.one(`PRAGMA ${name}`) ?? {})[0]);
  return {
    pagesUsed: ask("page_count") - ask("freelist_count"),
    pagesAllowed: ask("max_page_count"),
    pageBytes: ask("page_size"),
    usable,
  };
}
