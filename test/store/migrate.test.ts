import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { MIGRATIONS } from "../../src/store/migrations/all.ts";
import { tempDir } from "../support/temp-dir.ts";

const NEXT = "CREATE TABLE later (n INTEGER NOT NULL) STRICT";

describe("migration", () => {
  it("makes a new store without a backup", () => {
    const { directory, path, database } = database0();
    expect(migrate(database, { path, migrations: MIGRATIONS, newId: () => "i" })).toEqual({
      ok: true,
      value: { migrated: 0 },
    });
    expect(readdirSync(directory).filter((name) => name.startsWith("backup"))).toEqual([]);
    database.close();
  });

  it("of an older store makes a backup first, which holds what the log holds", () => {
    const { directory, path, database } = database0();
    database.exec("PRAGMA journal_mode = WAL");
    migrate(database, { path, migrations: MIGRATIONS, newId: () => "i" });
    database.exec("INSERT INTO mute (id, until, body) VALUES ('m', 1, '{}')");
    expect(migrate(database, { path, migrations: [...MIGRATIONS, NEXT], newId: () => "j" })).toEqual({
      ok: true,
      value: { migrated: MIGRATIONS.length },
    });
    database.close();
    const name = readdirSync(directory).find((file) => file.startsWith("backup-v1-"));
    const backup = new DatabaseSync(join(directory, name ?? ""), { readOnly: true });
    expect(backup.prepare("SELECT id FROM mute").get()).toEqual({ id: "m" });
    expect(backup.prepare("PRAGMA user_version").get()).toEqual({ user_version: 1 });
    backup.close();
  });

  it("is all or nothing, and changes nothing the second time", () => {
    const { path, database } = database0();
    migrate(database, { path, migrations: MIGRATIONS, newId: () => "i" });
    const broken = [...MIGRATIONS, NEXT, "CREATE TABLE later (n)"];
    for (const _attempt of [1, 2]) {
      expect(() => migrate(database, { path, migrations: broken, newId: () => "j" })).toThrow(
        "table later already exists",
      );
    }
    expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: 1 });
    expect(database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'later'").get()).toEqual({ n: 0 });
    expect(migrate(database, { path, migrations: MIGRATIONS, newId: () => "k" })).toEqual({
      ok: true,
      value: { migrated: null },
    });
    expect(database.prepare("SELECT value FROM meta WHERE key = 'install_id'").get()).toEqual({ value: "i" });
    database.close();
  });
});

function database0() {
  const directory = tempDir();
  const path = join(directory, "tripline.db");
  return { directory, path, database: new DatabaseSync(path) };
}
