import { z } from "zod";
import { decodeJson, encodeJson } from "./codecs/json.ts";
import type { Database } from "./database.ts";
import { isAhead, type Mark } from "./mark.ts";
import { text } from "./rows.ts";

/** `at` in UTC ms; `folder` inside the state directory. */
export interface StoreReset {
  readonly at: number;
  readonly folder: string;
}

const resetSchema = z.strictObject({ at: z.number(), folder: z.string() });

export function installId(database: Database): string {
  return text(database.one("SELECT value FROM meta WHERE key = 'install_id'")?.["value"]);
}

/**
 * Compares the store with its mark. A mark that is ahead means that commits were lost after they were durable; a new
 * epoch keeps ids made from the commit counter apart from those of the lost commits. Returns how far the mark was.
 */
export function raiseEpochIfRolledBack(database: Database, mark: Mark | null): Mark | null {
  const stored = database.mark();
  if (mark === null || !isAhead(mark, stored)) return null;
  database.commit(() => {
    database.run("UPDATE meta SET value = ? WHERE key = 'epoch'", Math.max(mark.epoch, stored.epoch) + 1);
  });
  return mark;
}

/** Remembered for `status`, which shows that what is known began again. */
export function noteReset(database: Database, reset: StoreReset): void {
  database.commit(() => {
    database.run(
      "INSERT INTO meta (key, value) VALUES ('reset', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      encodeJson(resetSchema, reset),
    );
  });
}

/** When a damaged store was set aside, and where; null when this one is the first. */
export function readReset(database: Database): StoreReset | null {
  const row = database.one("SELECT value FROM meta WHERE key = 'reset'");
  return row === null ? null : decodeJson(resetSchema, row["value"]);
}
