import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { MIGRATIONS } from "../../src/store/migrations/all.ts";
import { fileSystemVerdict } from "../../src/store/directory.ts";
import { lockHolder } from "../../src/store/lock.ts";
import { tempDir, tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { cycle, cycleCommit, event, SEGMENT } from "./support/samples.ts";
import { newStore, NOW, opened, refused } from "./support/temp-store.ts";

describe("opening the store", () => {
  it("makes the directory for this user alone", () => {
    const directory = join(tempDir(), "state", "deep");
    opened(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of ["tripline.db", "agent.lock", "store.mark"])
      expect(existsSync(join(directory, name))).toBe(true);
  });

  it("lets nobody else read what is known of the network", () => {
    const store = newStore();
    expect(statSync(join(store.directory, "store.mark")).mode & 0o077).toBe(0);
    expect(statSync(store.directory).mode & 0o077).toBe(0);
  });

  it("gives the installation one id for life", async () => {
    const store = newStore();
    const id = await store.cycles.installId();
    store.close();
    const again = opened(store.directory, { newId: () => "another" });
    expect(await again.cycles.installId()).toBe(id);
  });

  it("narrows an empty directory of ours", () => {
    const directory = tempDir();
    chmodSync(directory, 0o755);
    opened(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it("refuses a filled directory that others may read, with the command that helps", () => {
    const directory = tempDir();
    writeFileSync(join(directory, "something"), "");
    chmodSync(directory, 0o750);
    expect(refused(directory)).toMatchObject({ code: "TL402", exit: 77, fix: `chmod 700 ${directory}` });
    expect(readdirSync(directory)).toEqual(["something"]);
  });

  it.skipIf(process.getuid?.() !== 0)("refuses a directory of another user", () => {
    const directory = tempDir();
    chownSync(directory, 12_345, 12_345);
    expect(refused(directory)).toMatchObject({ code: "TL401", exit: 77 });
  });

  it("refuses a file where the directory should be", () => {
    const path = join(tempDir(), "state");
    writeFileSync(path, "");
    expect(refused(path)).toMatchObject({ code: "TL403", exit: 77 });
  });

  it("refuses a directory where the database should be", () => {
    const directory = tempDir();
    mkdirSync(join(directory, "tripline.db"));
    expect(refused(directory)).toMatchObject({ code: "TL403", exit: 77 });
    expect(lockHolder(directory)).toBeNull();
  });

  it("refuses a network file system and names it", () => {
    const refusal = refused(tempDir(), { fileSystemType: () => 0x6969 });
    expect(refusal).toMatchObject({ code: "TL404", exit: 78 });
    expect(refusal.what).toContain("NFS");
  });

  it("warns of FUSE and goes on", () => {
    expect(newStore({ fileSystemType: () => 0x65735546 }).warnings).toHaveLength(1);
  });

  it.each([
    [0xef53, "local"],
    [0x01021994, "local"],
    [0x6969, "network"],
    [0xff534d42, "network"],
    [0xff534d42 | 0, "network"],
    [0xfe534d42, "network"],
    [0x65735546, "fuse"],
  ])("a file system of type %i is %s", (type, kind) => {
    expect(fileSystemVerdict(type).kind).toBe(kind);
  });

  it("refuses state of a newer version and leaves it as it is", () => {
    const store = newStore();
    store.close();
    const path = join(store.directory, "tripline.db");
    withDatabase(path, (db) => db.exec("PRAGMA user_version = 99"));
    expect(refused(store.directory)).toMatchObject({ code: "TL407", exit: 78 });
    expect(refused(store.directory, { access: "read" })).toMatchObject({ code: "TL407", exit: 78 });
    withDatabase(path, (db) => expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: 99 }));
  });

  it("refuses state of a development version, whose first schema was another, and leaves it as it is", () => {
    const store = newStore();
    store.close();
    const path = join(store.directory, "tripline.db");
    withDatabase(path, (db) => db.exec("DROP TABLE host_memory"));
    for (const access of ["write", "read"] as const)
      expect(refused(store.directory, { access })).toMatchObject({ code: "TL416", exit: 78 });
    withDatabase(path, (db) =>
      expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: MIGRATIONS.length }),
    );
  });

  it("refuses the database of another program and does not move it aside", () => {
    const directory = tempDir();
    withDatabase(join(directory, "tripline.db"), (db) => db.exec("CREATE TABLE music (title TEXT)"));
    expect(refused(directory)).toMatchObject({ code: "TL408", exit: 78 });
    withDatabase(join(directory, "tripline.db"), (db) =>
      expect(db.prepare("SELECT count(*) AS n FROM music").get()).toEqual({ n: 0 }),
    );
  });

  it("never advises to delete data", () => {
    const directory = tempDir();
    writeFileSync(join(directory, "something"), "");
    chmodSync(directory, 0o750);
    for (const refusal of [
      refused(directory),
      refused(tempDir(), { fileSystemType: () => 0x6969 }),
      refused(tempDir(), { access: "read" }),
    ]) {
      expect(refusal.fix).not.toMatch(/delete|remove|rm /i);
    }
  });
});

describe("the lock", () => {
  it("refuses a second agent with the pid and the time of the first", () => {
    const store = newStore({ pid: 4711 });
    expect(refused(store.directory)).toMatchObject({ code: "TL405", exit: 78 });
    expect(refused(store.directory).what).toContain("pid 4711 since 2025-10-09T08:53:20.000Z");
    expect(lockHolder(store.directory)).toEqual({ pid: 4711, since: NOW, role: "command", stopped: false });
  });

  it("is still held after somebody looked at it", () => {
    const store = newStore();
    expect(lockHolder(store.directory)).not.toBeNull();
    expect(lockHolder(store.directory)).not.toBeNull();
    expect(refused(store.directory).code).toBe("TL405");
  });

  it("says another process when the hint cannot be read", () => {
    const store = newStore();
    writeFileSync(join(store.directory, "work", "agent.json"), "{");
    expect(refused(store.directory).what).toContain("locked by another process");
  });

  it("tells an agent from a command that ends by itself", () => {
    const store = newStore({ role: "agent" });
    expect(lockHolder(store.directory)).toMatchObject({ pid: process.pid, role: "agent" });
    store.close();
    const again = opened(store.directory);
    expect(lockHolder(store.directory)).toMatchObject({ pid: process.pid, role: "command" });
    again.close();
  });

  it.skipIf(process.platform !== "linux")("does not take another process that has the pid now for its holder", () => {
    const store = newStore({ role: "agent" });
    const hint = join(store.directory, "work", "agent.json");
    const written = JSON.parse(readFileSync(hint, "utf8")) as { start: string };
    writeFileSync(hint, JSON.stringify({ ...written, start: `${Number(written.start) - 1}` }));
    expect(lockHolder(store.directory)).toEqual({ pid: null, since: NOW, role: "agent", stopped: false });
    expect(refused(store.directory).what).toContain("locked by another process since");
  });

  it.each([
    ["text", "not a lock"],
    ["as long as a page", "x".repeat(4096)],
    ["a torn database", `SQLite format 3\0${"\u0001".repeat(200)}`],
    ["empty", ""],
  ])("is made anew when its file holds something else (%s), and is a lock again", (_, content) => {
    const directory = tempDir();
    writeFileSync(join(directory, "agent.lock"), content);
    expect(lockHolder(directory)).toBeNull();
    opened(directory);
    expect(lockHolder(directory)).toMatchObject({ pid: process.pid });
    expect(refused(directory).code).toBe("TL405");
  });

  it.each(["agent.lock", "store.mark", "work/agent.json"])("a directory where %s should be is refused", (name) => {
    const directory = tempDir();
    mkdirSync(join(directory, name), { recursive: true });
    expect(lockHolder(directory)).toBeNull();
    const refusal = refused(directory);
    expect(refusal).toMatchObject({ code: "TL403", exit: 77 });
    expect(refusal.fix).toContain(join(directory, name));
  });

  it("is free after closing, and after a refusal that came later than the lock", () => {
    const store = newStore();
    store.close();
    expect(lockHolder(store.directory)).toBeNull();
    withDatabase(join(store.directory, "tripline.db"), (db) => db.exec("PRAGMA user_version = 99"));
    expect(refused(store.directory).code).toBe("TL407");
    expect(lockHolder(store.directory)).toBeNull();
  });

  it("does not exist where nobody ever was", () => {
    expect(lockHolder(join(tempDir(), "nothing"))).toBeNull();
  });
});

describe("a reader", () => {
  it("sees what a running agent commits", async () => {
    const store = newStore();
    const reader = opened(store.directory, { access: "read" });
    await store.cycles.commitCycle(cycleCommit("c1", { events: [event("e1")] }));
    expect((await reader.history.lastCycle(SEGMENT))?.id).toBe("c1");
    expect((await reader.outbox.status()).rows).toBe(1);
    await store.cycles.commitCycle(cycleCommit("c2", { cycle: cycle("c2", { state: "done", startedAt: NOW + 9 }) }));
    expect((await reader.history.lastCycle(SEGMENT))?.id).toBe("c2");
  });

  it("cannot write", async () => {
    const store = newStore();
    const reader = opened(store.directory, { access: "read" });
    await expect(reader.cycles.beginCycle(cycle("c1"))).rejects.toMatchObject({ kind: "read-only" });
  });

  it("reads the state of an agent that has ended", async () => {
    const store = newStore();
    await store.cycles.commitCycle(cycleCommit("c1"));
    store.close();
    const reader = opened(store.directory, { access: "read" });
    expect((await reader.history.cycles(SEGMENT, 5)).map((c) => c.id)).toEqual(["c1"]);
  });

  it("is told when there is nothing to read, and makes nothing", () => {
    const directory = join(tempDir(), "nothing");
    expect(refused(directory, { access: "read" })).toMatchObject({ code: "TL409", exit: 78 });
    expect(existsSync(directory)).toBe(false);
  });

  it("is told when the file is damaged, and moves nothing", () => {
    const directory = tempDirOfMadeUpEvents();
    writeFileSync(join(directory, "tripline.db"), "x".repeat(5000));
    expect(refused(directory, { access: "read" })).toMatchObject({ code: "TL411", exit: 78 });
    expect(readdirSync(directory)).toEqual(["tripline.db"]);
  });
});

function withDatabase(path: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path);
  try {
    work(database);
  } finally {
    database.close();
  }
}
