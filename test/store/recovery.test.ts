import { existsSync, openSync, readdirSync, readFileSync, rmSync, writeSync, closeSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { isStoreFull } from "../../src/store/store-error.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { killedCommitter } from "./support/killed-committer.ts";
import { anomaly, baselineOf, cycle, cycleCommit, event, hostBaseline, SEGMENT } from "./support/samples.ts";
import { newStore, NOW, opened } from "./support/temp-store.ts";

const ALL = { maxRows: 100_000, maxBytes: 1e9 };

describe("after kill -9", () => {
  it("every acknowledged commit is there, whole, and the file is sound", async () => {
    const directory = tempDirOfMadeUpEvents();
    let last = 0;
    for (const commits of [1, 7, 23, 40]) {
      last = await killedCommitter(directory, last + 2, commits);
      const store = opened(directory);
      expect(store.notices).toEqual([]);
      const baseline = await store.cycles.loadBaseline(SEGMENT);
      expect(baseline.scans).toBeGreaterThanOrEqual(last);
      expect(baseline.scans).toBeLessThanOrEqual(last + 1);
      expect(new Set([...baseline.hosts.values()].map((host) => host.covered))).toEqual(new Set([baseline.scans]));
      const rows = await store.outbox.readAfter(0, ALL);
      expect(rows.length % 5).toBe(0);
      expect(rows.at(-1)?.id).toBe(`e${baseline.scans}-4`);
      expect((await store.history.lastCycle(SEGMENT))?.scanNumber).toBeGreaterThanOrEqual(1);
      store.close();
      expect(integrity(directory)).toBe("ok");
    }
  });

  it("the lock is free: the kernel gave it back", async () => {
    const directory = tempDirOfMadeUpEvents();
    await killedCommitter(directory, 1, 3);
    expect(() => opened(directory)).not.toThrow();
  });

  it("a deleted log is noticed, and the epoch rises once", async () => {
    const directory = tempDirOfMadeUpEvents();
    const last = await killedCommitter(directory, 1, 10);
    rmSync(join(directory, "tripline.db-wal"));
    rmSync(join(directory, "tripline.db-shm"));
    const store = opened(directory);
    expect(store.notices.map((n) => n.kind)).toEqual(["store-rolled-back"]);
    expect((await store.keeping.mark()).epoch).toBe(2);
    expect((await store.cycles.loadBaseline(SEGMENT)).scans).toBeLessThan(last);
    store.close();
    expect(opened(directory).notices).toEqual([]);
  });

  it("a flipped byte in the log is noticed", async () => {
    const directory = tempDirOfMadeUpEvents();
    await killedCommitter(directory, 1, 10);
    overwrite(join(directory, "tripline.db-wal"), 32 + 24 + 100, "\u0007");
    const store = opened(directory);
    expect(store.notices.map((n) => n.kind)).toEqual(["store-rolled-back"]);
    expect(integrity(directory)).toBe("ok");
  });

  it("cycles that ran are interrupted and named", async () => {
    const store = newStore();
    await store.cycles.beginCycle(cycle("c1"));
    await store.cycles.beginCycle(cycle("c2", { startedAt: NOW + 1 }));
    await store.cycles.commitCycle(cycleCommit("c2"));
    store.close();
    const again = opened(store.directory, { now: NOW + 77 });
    expect(again.interrupted).toEqual(["c1"]);
    expect(await again.history.cycles(SEGMENT, 5)).toContainEqual(
      cycle("c1", { state: "interrupted", endedAt: NOW + 77 }),
    );
    expect(await again.cycles.closeInterrupted(NOW + 78)).toEqual([]);
  });
});

describe("the mark", () => {
  it("that lags behind the store means nothing", async () => {
    const store = newStore();
    const mark = readFileSync(join(store.directory, "store.mark"));
    await store.cycles.commitCycle(cycleCommit("c1"));
    store.close();
    writeFileSync(join(store.directory, "store.mark"), mark);
    expect(opened(store.directory).notices).toEqual([]);
  });

  it.each(["", "garbage", "tripline-mark 1 x y\n"])("that reads %j means nothing", async (content) => {
    const store = newStore();
    await store.cycles.commitCycle(cycleCommit("c1"));
    store.close();
    writeFileSync(join(store.directory, "store.mark"), content);
    expect(opened(store.directory).notices).toEqual([]);
  });

  it("ahead of a restored older copy raises the epoch", async () => {
    const store = newStore();
    await store.cycles.commitCycle(cycleCommit("c1"));
    store.close();
    const copy = readFileSync(join(store.directory, "tripline.db"));
    const later = opened(store.directory);
    await later.cycles.commitCycle(cycleCommit("c2"));
    later.close();
    writeFileSync(join(store.directory, "tripline.db"), copy);
    expect(opened(store.directory).notices).toMatchObject([{ kind: "store-rolled-back", code: "TL420" }]);
  });
});

describe("a damaged store", () => {
  it("is set aside whole, undelivered events live on with their numbers, learning begins anew", async () => {
    const directory = await filledStore();
    const before = opened(directory);
    const installId = await before.cycles.installId();
    before.close();
    damageTable(directory, "host_memory");
    const store = opened(directory, { newId: () => "fresh" });
    expect(store.notices).toMatchObject([{ kind: "store-reset", code: "TL421" }]);
    expect(await store.cycles.installId()).toBe("fresh");
    expect(installId).not.toBe("fresh");
    expect((await store.cycles.loadBaseline(SEGMENT)).hosts.size).toBe(0);
    expect((await store.outbox.cursor("file"))?.ackedSeq).toBe(2);
    expect((await store.outbox.readAfter(0, ALL)).map((row) => [row.seq, row.id])).toEqual(
      [3, 4, 5].map((n) => [n, `e${n}`]),
    );
    await store.cycles.commitCycle(cycleCommit("c9", { events: [event("e9")] }));
    expect((await store.outbox.readAfter(5, ALL)).map((row) => row.seq)).toEqual([6]);
    expect(await store.keeping.lastReset()).toEqual({ at: NOW, folder: "corrupt-2025-10-09T085320000Z" });
  });

  it("is told once, not at every start", async () => {
    const directory = await filledStore();
    damageTable(directory, "host_memory");
    opened(directory).close();
    expect(opened(directory).notices).toEqual([]);
  });

  it("with a destroyed first page is set aside too", async () => {
    const directory = await filledStore();
    overwrite(join(directory, "tripline.db"), 0, "not a database at all, any more");
    const store = opened(directory);
    expect(store.notices).toMatchObject([{ kind: "store-reset" }]);
    await store.cycles.commitCycle(cycleCommit("c1"));
  });

  it("gives its events to the first sink that comes when the cursors cannot be read", async () => {
    const directory = await filledStore();
    damageTable(directory, "sink");
    const store = opened(directory);
    await store.outbox.registerSink({ name: "kafka", kind: "kafka", backfill: false });
    expect((await store.outbox.cursor("kafka"))?.ackedSeq).toBe(0);
    expect((await store.outbox.readAfter(0, ALL)).map((row) => row.id)).toEqual(["e1", "e2", "e3", "e4", "e5"]);
  });

  it("loses only the events on the damaged page", async () => {
    const directory = tempDirOfMadeUpEvents();
    const full = opened(directory);
    await full.outbox.registerSink({ name: "file", kind: "file", backfill: true });
    const events = Array.from({ length: 40 }, (_, i) => event(`e${i}`, JSON.stringify({ i, pad: "x".repeat(1200) })));
    await full.cycles.commitCycle(cycleCommit("c1", { events }));
    full.close();
    damageLeafOf(directory, "outbox");
    const store = opened(directory);
    const ids = (await store.outbox.readAfter(0, ALL)).map((row) => row.id);
    expect(ids.length).toBeGreaterThan(30);
    expect(ids.length).toBeLessThan(40);
    expect([ids[0], ids.at(-1)]).toEqual(["e0", "e39"]);
  });

  it("saves the events also when the start that set it aside was killed", async () => {
    const directory = await filledStore();
    damageTable(directory, "host_memory");
    opened(directory).close();
    const folder = readdirSync(directory).find((name) => name.startsWith("corrupt-")) ?? "";
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(directory, `tripline.db${suffix}`), { force: true });
    rmSync(join(directory, folder, "salvaged"));
    rmSync(join(directory, "store.mark"));
    const store = opened(directory);
    expect((await store.outbox.readAfter(0, ALL)).map((row) => row.id)).toEqual(["e3", "e4", "e5"]);
  });

  it("is kept twice, no more", async () => {
    const directory = tempDirOfMadeUpEvents();
    for (const day of [1, 2, 3]) {
      opened(directory).close();
      overwrite(join(directory, "tripline.db"), 0, "not a database at all, any more");
      opened(directory, { now: NOW + day * 86_400_000 }).close();
    }
    expect(readdirSync(directory).filter((name) => name.startsWith("corrupt-"))).toHaveLength(2);
  });
});

describe("damage that is met while the store is open", () => {
  it("ends this handle: nothing more is read until a restart sets the file aside", async () => {
    const directory = await filledStore();
    // A reader, since the check at a writer's start leaves all pages of so small a file in memory.
    const store = opened(directory, { access: "read" });
    damageTable(directory, "host_memory");
    await expect(store.cycles.loadBaseline(SEGMENT)).rejects.toMatchObject({ kind: "damaged" });
    expect((await store.keeping.usage()).usable).toBe(false);
    await expect(store.outbox.status()).rejects.toMatchObject({ kind: "failed" });
    store.close();
    expect(opened(directory).notices).toMatchObject([{ kind: "store-reset" }]);
  });
});

describe("a full store", () => {
  it("refuses the commit as a whole, and takes smaller ones again after room was made", async () => {
    const store = newStore({ maxSizeBytes: 720_000 });
    await store.outbox.registerSink({ name: "file", kind: "file", backfill: true });
    const before = await store.keeping.mark();
    const error = await store.cycles
      .commitCycle(cycleCommit("c1", { anomalies: [anomaly("a1")], events: bulk(0, 500) }))
      .then(
        () => null,
        (e: unknown) => e,
      );
    expect(isStoreFull(error)).toBe(true);
    expect(await store.history.lastCycle(SEGMENT)).toBeNull();
    expect((await store.outbox.status()).rows).toBe(0);
    expect(await store.keeping.mark()).toEqual(before);
    await store.cycles.commitCycle(cycleCommit("c2", { events: bulk(0, 100) }));
    await store.outbox.commitRelay({ sink: "file", ackedSeq: 100, dead: [], at: NOW });
    expect(await store.outbox.prune(NOW + 10_000)).toBe(100);
    await store.cycles.commitCycle(cycleCommit("c3", { events: bulk(100, 200) }));
    expect((await store.outbox.status()).rows).toBe(100);
  });

  it("is bounded at every open, since the bound is not in the file", async () => {
    const store = newStore();
    store.close();
    const small = opened(store.directory, { maxSizeBytes: 500_000 });
    await expect(small.cycles.commitCycle(cycleCommit("c1", { events: bulk(0, 500) }))).rejects.toMatchObject({
      kind: "full",
    });
    expect((await small.keeping.usage()).pagesAllowed).toBe(Math.floor(500_000 / 4096));
  });
});

function bulk(from: number, to: number) {
  return Array.from({ length: to - from }, (_, i) =>
    event(`e${from + i}`, JSON.stringify({ i, pad: "x".repeat(2000) })),
  );
}

/** Five events of which the sink has settled two, and a baseline. */
async function filledStore(): Promise<string> {
  const directory = tempDirOfMadeUpEvents();
  const store = opened(directory);
  await store.outbox.registerSink({ name: "file", kind: "file", backfill: true });
  const hosts = Array.from({ length: 30 }, (_, i) => hostBaseline(`h${i}`));
  await store.cycles.commitCycle(
    cycleCommit("c1", {
      baseline: baselineOf(hosts),
      touchedHosts: new Set(hosts.map((h) => h.id)),
      events: [1, 2, 3, 4, 5].map((n) => event(`e${n}`)),
    }),
  );
  await store.outbox.commitRelay({ sink: "file", ackedSeq: 2, dead: [], at: NOW });
  store.close();
  expect(existsSync(join(directory, "tripline.db-wal"))).toBe(false);
  return directory;
}

function damageTable(directory: string, table: string): void {
  damagePage(directory, "SELECT rootpage AS page FROM sqlite_schema WHERE name = ?", table);
}

/** A page in the middle of the table's tree: the tenth row has its own by its size. */
function damageLeafOf(directory: string, table: string): void {
  damagePage(
    directory,
    "SELECT pageno AS page FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 5",
    table,
  );
}

function damagePage(directory: string, sql: string, table: string): void {
  const path = join(directory, "tripline.db");
  const database = new DatabaseSync(path, { readOnly: true });
  const page = Number(database.prepare(sql).get(table)?.["page"]);
  database.close();
  overwrite(path, (page - 1) * 4096, "\u00ff".repeat(20));
}

function overwrite(path: string, position: number, bytes: string): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.from(bytes, "latin1"), 0, bytes.length, position);
  closeSync(file);
}

function integrity(directory: string): unknown {
  const database = new DatabaseSync(join(directory, "tripline.db"), { readOnly: true });
  const row = database.prepare("PRAGMA integrity_check").get();
  database.close();
  return row?.["integrity_check"];
}
