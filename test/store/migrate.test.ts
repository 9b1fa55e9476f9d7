import { copyFileSync, existsSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { MIGRATIONS } from "../../src/store/migrations/all.ts";
import { describeWith } from "../support/availability.ts";
import { smallDisk } from "../support/small-disk.ts";
import { tempDir, tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { inside } from "./support/dump.ts";
import { anomaly, cycleCommit, event } from "./support/samples.ts";
import { newStore, opened } from "./support/temp-store.ts";

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
    const name = readdirSync(directory).find((file) => file.startsWith(`backup-v${MIGRATIONS.length}-`));
    const backup = new DatabaseSync(join(directory, name ?? ""), { readOnly: true });
    expect(backup.prepare("SELECT id FROM mute").get()).toEqual({ id: "m" });
    expect(backup.prepare("PRAGMA user_version").get()).toEqual({ user_version: MIGRATIONS.length });
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
    expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: MIGRATIONS.length });
    expect(database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'later'").get()).toEqual({ n: 0 });
    expect(migrate(database, { path, migrations: MIGRATIONS, newId: () => "k" })).toEqual({
      ok: true,
      value: { migrated: null },
    });
    expect(database.prepare("SELECT value FROM meta WHERE key = 'install_id'").get()).toEqual({ value: "i" });
    database.close();
  });
});

describe("the backup of a migration", () => {
  const later = [...MIGRATIONS, NEXT];

  it("is named by its schema and its commit, and holds what that commit held, for this version to open", async () => {
    const store = newStore();
    await store.cycles.commitCycle(cycleCommit("c1", { anomalies: [anomaly("a1")], events: [event("e1")] }));
    const { counter } = await store.keeping.mark();
    store.close();
    migrated(store.directory, later);
    expect(backupsIn(store.directory)).toEqual([`backup-v${MIGRATIONS.length}-${counter}.db`]);
    const restored = restoredFrom(store.directory);
    expect(await restored.history.anomaly("a1")).toEqual(anomaly("a1"));
    expect((await restored.outbox.readAfter(0, { maxRows: 9, maxBytes: 1e6 })).map((row) => row.id)).toEqual(["e1"]);
  });

  it("of the same commit is kept as it is: a migration that fails again and again fills no disk", () => {
    const { directory, failing } = failingMigration();
    expect(failing).toThrow("already exists");
    const [name = ""] = backupsIn(directory);
    const first = statSync(join(directory, name));
    for (const _time of [1, 2]) expect(failing).toThrow("already exists");
    expect(backupsIn(directory)).toEqual([name]);
    expect(statSync(join(directory, name)).ino).toBe(first.ino);
  });

  it("of a later commit stands beside the earlier one", async () => {
    const { directory, failing } = failingMigration();
    expect(failing).toThrow("already exists");
    const store = opened(directory);
    await store.cycles.commitCycle(cycleCommit("c1"));
    store.close();
    expect(failing).toThrow("already exists");
    expect(backupsIn(directory)).toHaveLength(2);
  });

  it.each([
    ["half of one", "SQLite format 3\0 and then the power went"],
    ["an empty one", ""],
  ])("that was cut off is made again: %s", (_, content) => {
    const { directory, counter } = closedStore();
    const unfinished = join(directory, `backup-v${MIGRATIONS.length}-${counter}.db.tmp`);
    writeFileSync(unfinished, content);
    migrated(directory, later);
    expect(existsSync(unfinished)).toBe(false);
    restoredFrom(directory);
  });

  it("is not made for a store that has nothing to migrate", () => {
    const { directory } = closedStore();
    migrated(directory, MIGRATIONS);
    expect(backupsIn(directory)).toEqual([]);
  });

  it("does not hold back what the log holds, nor does a reader hold the migration back", async () => {
    const store = newStore();
    await store.cycles.commitCycle(cycleCommit("c1", { anomalies: [anomaly("a1")] }));
    const reader = opened(store.directory, { access: "read" });
    expect(statSync(join(store.directory, "tripline.db-wal")).size).toBeGreaterThan(0);
    store.close();
    migrated(store.directory, later);
    expect((await reader.history.anomaly("a1"))?.id).toBe("a1");
    reader.close();
    expect(await restoredFrom(store.directory).history.anomaly("a1")).toEqual(anomaly("a1"));
  });
});

describeWith(await smallDisk(), "the backup of a migration on a full volume", ({ mount }) => {
  it("has no room: the refusal says how much is missing, and nothing is changed or left behind", async () => {
    const volume = await mount(2 * 1024 * 1024);
    const { directory } = closedStore(join(volume.path, "state"), 300_000);
    const before = contentOf(directory);
    const filler = join(volume.path, "filler");
    const needed = statSync(join(directory, "tripline.db")).size;
    writeFileSync(filler, Buffer.alloc(freeOn(volume.path) - needed + 8 * 4096));
    const refused = attempted(directory, [...MIGRATIONS, NEXT]);
    expect(refused).toMatchObject({ ok: false, error: { code: "TL412", exit: 78 } });
    const { what = "", fix = "" } = refused.ok ? {} : refused.error;
    const [bytes = 0, free = 0] = (what.match(/\d+(?= bytes| are free)/g) ?? []).map(Number);
    expect(bytes).toBe(needed);
    expect(free).toBeLessThan(needed);
    expect(fix).toBe(`free ${needed - free} bytes on that volume`);
    expect(contentOf(directory)).toEqual(before);
    expect(backupsIn(directory)).toEqual([]);
    rmSync(filler);
    migrated(directory, [...MIGRATIONS, NEXT]);
    expect(backupsIn(directory)).toHaveLength(1);
  });
});

/** A closed store with one commit in it. */
function closedStore(directory = tempDirOfMadeUpEvents(), bytes = 100) {
  const store = opened(directory);
  const database = new DatabaseSync(join(directory, "tripline.db"));
  database.prepare("INSERT INTO mute (id, until, body) VALUES ('m', 1, ?)").run("x".repeat(bytes));
  const counter = Number(database.prepare("SELECT value FROM meta WHERE key = 'commit_counter'").get()?.["value"]);
  database.close();
  store.close();
  return { directory, counter };
}

function failingMigration() {
  const { directory } = closedStore();
  return { directory, failing: () => attempted(directory, [...MIGRATIONS, NEXT, NEXT]) };
}

function attempted(directory: string, migrations: readonly string[]) {
  const path = join(directory, "tripline.db");
  const database = new DatabaseSync(path);
  try {
    return migrate(database, { path, migrations, newId: () => "j" });
  } finally {
    database.close();
  }
}

function migrated(directory: string, migrations: readonly string[]): void {
  expect(attempted(directory, migrations)).toMatchObject({ ok: true });
}

/** The newest backup in a directory of its own, opened by this version. */
function restoredFrom(directory: string) {
  const place = tempDirOfMadeUpEvents();
  copyFileSync(join(directory, backupsIn(directory).at(-1) ?? ""), join(place, "tripline.db"));
  const restored = opened(place);
  expect(restored.notices).toEqual([]);
  return restored;
}

function backupsIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith("backup-"))
    .toSorted();
}

function contentOf(directory: string) {
  return inside(directory, (database) => [
    database.prepare("PRAGMA user_version").get(),
    database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all(),
    database.prepare("SELECT * FROM mute").all(),
  ]);
}

function freeOn(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function database0() {
  const directory = tempDir();
  const path = join(directory, "tripline.db");
  return { directory, path, database: new DatabaseSync(path) };
}
