import type { Database } from "./database.ts";
import { integer } from "./rows.ts";

/** Turns the guess of a run that began at `usedAt` into the id of its row; to be recreated in each commit. */
export function systemInterner(database: Database, usedAt: number): (facts: string) => number {
  const known = new Map<string, number>();
  return (facts) => {
    const id = known.get(facts) ?? findOrAdd(database, facts, usedAt);
    known.set(facts, id);
    return id;
  };
}

function findOrAdd(database: Database, facts: string, usedAt: number): number {
  const row = database.one(
    `INSERT INTO observed_system (facts, used_at) VALUES (?, ?)
     ON CONFLICT (facts) DO UPDATE SET used_at = max(used_at, excluded.used_at) RETURNING id`,
    facts,
    usedAt,
  );
  return integer(row?.["id"]);
}

/** Guesses that no run names any more: each was last used before the oldest that is stored began. */
export function forgetSystems(database: Database): void {
  database.run(
    `DELETE FROM observed_system WHERE used_at < (SELECT min(started_at) FROM nmap_run)
     OR NOT EXISTS (SELECT 1 FROM nmap_run)`,
  );
}
