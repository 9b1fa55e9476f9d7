import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Every row of every table, as one comparable text a table. Opens beside the store, as another process would. */
export function dump(directory: string): Readonly<Record<string, readonly string[]>> {
  return inside(directory, (database) => {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    return Object.fromEntries(
      tables.map(({ name }) => {
        const rows = database.prepare(`SELECT * FROM ${String(name)}`).all();
        return [String(name), rows.map((row) => JSON.stringify(row)).toSorted()];
      }),
    );
  });
}

/** Runs `work` on a connection of its own, which sees what is committed and nothing else. */
export function inside<T>(directory: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(directory, "tripline.db"));
  try {
    return work(database);
  } finally {
    database.close();
  }
}
