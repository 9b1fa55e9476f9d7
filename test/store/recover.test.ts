import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { setAside } from "../../src/store/recover.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { inside } from "./support/dump.ts";
import { cycleCommit, event } from "./support/samples.ts";
import { newStore, NOW, opened } from "./support/temp-store.ts";

const ALL = { maxRows: 100_000, maxBytes: 1e9 };
const DAY = 86_400_000;
const PARTS = ["tripline.db", "tripline.db-wal", "tripline.db-shm", "store.mark"];

interface Lost {
  readonly events: readonly string[];
  /** Where each output stood; none: the store knew no output. */
  readonly acked?: Readonly<Record<string, number>>;
}

/** What a start leaves that was killed right after it set a damaged store of that day aside. */
async function setAsideOn(directory: string, day: number, { events, acked = {} }: Lost): Promise<string> {
  const store = newStore();
  for (const name of Object.keys(acked)) await store.outbox.registerSink({ name, kind: "file", backfill: true });
  await store.cycles.commitCycle(cycleCommit(`c${day}`, { events: events.map((id) => event(id)) }));
  for (const [sink, ackedSeq] of Object.entries(acked))
    await store.outbox.commitRelay({ sink, ackedSeq, dead: [], at: NOW });
  store.close();
  const before = foldersIn(directory);
  for (const name of PARTS.filter((part) => existsSync(join(store.directory, part))))
    renameSync(join(store.directory, name), join(directory, name));
  setAside(directory, NOW + day * DAY);
  return foldersIn(directory).find((name) => !before.includes(name)) ?? "";
}

function foldersIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith("corrupt-"))
    .toSorted();
}

async function waitingIn(store: ReturnType<typeof opened>, after = 0): Promise<readonly string[]> {
  return (await store.outbox.readAfter(after, ALL)).map(({ id }) => id);
}

describe("several damaged stores beside each other", () => {
  it("all give their events, the oldest first, in one start that is told once", async () => {
    const directory = tempDirOfMadeUpEvents();
    await setAsideOn(directory, 1, { events: ["a1", "a2", "a3"], acked: { file: 1 } });
    await setAsideOn(directory, 2, { events: ["b1", "b2"], acked: { file: 0 } });
    const newest = await setAsideOn(directory, 3, { events: ["c1"], acked: { file: 0 } });
    const store = opened(directory);
    expect(await waitingIn(store)).toEqual(["a2", "a3", "b1", "b2", "c1"]);
    expect(store.notices).toMatchObject([{ kind: "store-reset", code: "TL421" }]);
    expect(store.notices[0]?.message).toContain(`set aside in ${newest}`);
    expect(store.notices[0]?.message).toContain("5 undelivered events were saved");
    expect(await store.keeping.lastReset()).toEqual({ at: NOW, folder: newest });
    store.close();
    const again = opened(directory);
    expect(again.notices).toEqual([]);
    expect(await waitingIn(again)).toEqual(["a2", "a3", "b1", "b2", "c1"]);
  });

  it("lose no event when there are more of them than are kept", async () => {
    const directory = tempDirOfMadeUpEvents();
    const made = [];
    for (const day of [1, 2, 3, 4, 5]) made.push(await setAsideOn(directory, day, { events: [`e${day}`] }));
    const store = opened(directory);
    expect(await waitingIn(store)).toEqual(["e1", "e2", "e3", "e4", "e5"]);
    expect(foldersIn(directory)).toEqual(made.slice(-2));
    for (const name of made.slice(-2))
      expect(readFileSync(join(directory, name, "salvaged"), "utf8")).toBe("1 events\n");
  });

  it("whose numbers mean different events get new ones, in front of which each output begins", async () => {
    const directory = tempDirOfMadeUpEvents();
    await setAsideOn(directory, 1, { events: ["a1", "a2", "a3", "a4"], acked: { kafka: 3 } });
    await setAsideOn(directory, 2, { events: ["b1", "b2"], acked: { kafka: 0, file: 1 } });
    const store = opened(directory);
    const rows = await store.outbox.readAfter(0, ALL);
    expect(rows.map(({ seq, id }) => `${seq} ${id}`)).toEqual(["4 a4", "5 b1", "6 b2"]);
    const kafka = await store.outbox.cursor("kafka");
    const file = await store.outbox.cursor("file");
    expect(kafka?.ackedSeq).toBe(3);
    expect(await waitingIn(store, kafka?.ackedSeq)).toEqual(["a4", "b1", "b2"]);
    expect(await waitingIn(store, file?.ackedSeq)).toEqual(["b1", "b2"]);
    await store.cycles.commitCycle(cycleCommit("c9", { events: [event("new")] }));
    expect(await waitingIn(store, 6)).toEqual(["new"]);
  });

  it("hold the same event once: what one saved of the other is not sent twice", async () => {
    const directory = tempDirOfMadeUpEvents();
    await setAsideOn(directory, 1, { events: ["a1", "a2"], acked: { file: 0 } });
    await setAsideOn(directory, 2, { events: ["a2", "b1"], acked: { file: 0 } });
    expect(await waitingIn(opened(directory))).toEqual(["a1", "a2", "b1"]);
  });

  it("of which the oldest is beyond reading give what the others hold", async () => {
    const directory = tempDirOfMadeUpEvents();
    const first = await setAsideOn(directory, 1, { events: ["a1"], acked: { file: 0 } });
    await setAsideOn(directory, 2, { events: ["b1", "b2"], acked: { file: 1 } });
    writeFileSync(join(directory, first, "tripline.db"), "x".repeat(9000));
    const store = opened(directory);
    const rows = await store.outbox.readAfter(0, ALL);
    expect(rows.map(({ seq, id }) => `${seq} ${id}`)).toEqual(["2 b2"]);
    expect((await store.outbox.cursor("file"))?.ackedSeq).toBe(1);
  });

  it("without a known output wait for the first one that comes", async () => {
    const directory = tempDirOfMadeUpEvents();
    await setAsideOn(directory, 1, { events: ["a1", "a2"] });
    await setAsideOn(directory, 2, { events: ["b1"] });
    const store = opened(directory);
    await store.outbox.registerSink({ name: "file", kind: "file", backfill: false });
    expect(await waitingIn(store, (await store.outbox.cursor("file"))?.ackedSeq)).toEqual(["a1", "a2", "b1"]);
  });

  it("one of which is new come to a store that already sends events, which none of its numbers names again", async () => {
    const directory = tempDirOfMadeUpEvents();
    const first = opened(directory);
    await first.outbox.registerSink({ name: "file", kind: "file", backfill: true });
    await first.cycles.commitCycle(cycleCommit("c1", { events: ["x1", "x2"].map((id) => event(id)) }));
    await first.outbox.commitRelay({ sink: "file", ackedSeq: 2, dead: [], at: NOW });
    first.close();
    const kept = PARTS.filter((name) => existsSync(join(directory, name)));
    const place = tempDirOfMadeUpEvents();
    for (const name of kept) renameSync(join(directory, name), join(place, name));
    await setAsideOn(directory, 2, { events: ["a1", "a2"], acked: { file: 0 } });
    for (const name of kept) renameSync(join(place, name), join(directory, name));
    const store = opened(directory);
    expect((await store.outbox.cursor("file"))?.ackedSeq).toBe(2);
    expect(await waitingIn(store, 2)).toEqual(["a1", "a2"]);
  });

  it("that were saved before a crash could note it are saved once", async () => {
    const directory = tempDirOfMadeUpEvents();
    const folder = await setAsideOn(directory, 1, { events: ["a1", "a2"], acked: { file: 1 } });
    opened(directory).close();
    rmSync(join(directory, folder, "salvaged"));
    const store = opened(directory);
    expect((await store.outbox.readAfter(0, ALL)).map(({ seq, id }) => `${seq} ${id}`)).toEqual(["2 a2"]);
    expect((await store.outbox.cursor("file"))?.ackedSeq).toBe(1);
  });
});

describe("setting a store aside", () => {
  it("takes the log and the index with the file, and nothing else", () => {
    const directory = tempDirOfMadeUpEvents();
    for (const name of [...PARTS, "agent.lock", "backup-v1-3.db"]) writeFileSync(join(directory, name), name);
    setAside(directory, NOW);
    const [folder = ""] = foldersIn(directory);
    expect(folder).toBe("corrupt-2025-10-09T085320000Z");
    expect(readdirSync(join(directory, folder)).toSorted()).toEqual(PARTS.toSorted());
    expect(readdirSync(directory).toSorted()).toEqual(["agent.lock", "backup-v1-3.db", folder]);
    expect(readFileSync(join(directory, folder, "tripline.db-wal"), "utf8")).toBe("tripline.db-wal");
  });

  it("twice in the same moment makes two folders", async () => {
    const directory = tempDirOfMadeUpEvents();
    await setAsideOn(directory, 0, { events: ["a1"] });
    await setAsideOn(directory, 0, { events: ["b1"] });
    expect(foldersIn(directory)).toEqual(["corrupt-2025-10-09T085320000Z", "corrupt-2025-10-09T085320000Z-2"]);
    expect(await waitingIn(opened(directory))).toEqual(["a1", "b1"]);
  });

  it("leaves what people put beside it alone, whatever it is called", async () => {
    const directory = tempDirOfMadeUpEvents();
    writeFileSync(join(directory, "corrupt-notes.txt"), "seen on Monday");
    mkdirSync(join(directory, "corrupt-for-the-vendor"));
    writeFileSync(join(directory, "corrupt-2020-01-01T000000000Z"), "a file");
    for (const day of [1, 2, 3]) await setAsideOn(directory, day, { events: [] });
    const store = opened(directory);
    expect(store.notices).toHaveLength(1);
    expect(readFileSync(join(directory, "corrupt-notes.txt"), "utf8")).toBe("seen on Monday");
    expect(readdirSync(join(directory, "corrupt-for-the-vendor"))).toEqual([]);
    expect(foldersIn(directory)).toHaveLength(5);
  });
});

describe("a number of an event", () => {
  it("that any of the damaged stores gave to a delivered event is never given again", async () => {
    const directory = tempDirOfMadeUpEvents();
    await setAsideOn(directory, 1, { events: ["a1", "a2", "a3"], acked: { file: 3 } });
    const store = opened(directory);
    expect(await waitingIn(store)).toEqual([]);
    await store.cycles.commitCycle(cycleCommit("c9", { events: [event("new")] }));
    expect((await store.outbox.readAfter(3, ALL)).map(({ seq }) => seq)).toEqual([4]);
    expect(inside(directory, (db) => db.prepare("SELECT count(*) AS n FROM sqlite_sequence").get())).toEqual({ n: 1 });
  });
});
