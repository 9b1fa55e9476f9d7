import { describe, expect, it } from "vitest";
import { shortDigest } from "../../src/lib/hash.ts";
import type { DeadLetter } from "../../src/domain/ports/outbox.ts";
import type { OpenedStore } from "../../src/store/open.ts";
import { MAX_DEAD_BYTES } from "../../src/store/dead-letters.ts";
import { cycleCommit, event } from "./support/samples.ts";
import { newStore, NOW, opened } from "./support/temp-store.ts";

const ALL = { maxRows: 100_000, maxBytes: 1e9 };

describe("events in the outbox", () => {
  it("keep their order, their bytes and their digest", async () => {
    const store = newStore();
    const body = '{"message":"caf\u00e9 \u{1f600} \\u0000"}';
    await commitEvents(store, [event("b"), event("a", body)]);
    const rows = await store.outbox.readAfter(0, ALL);
    expect(rows.map((row) => [row.seq, row.id])).toEqual([
      [1, "b"],
      [2, "a"],
    ]);
    expect(rows[1]).toEqual({
      seq: 2,
      id: "a",
      family: "anomaly",
      key: "office|h1",
      namespace: "default",
      severity: "high",
      body,
      digest: shortDigest(body),
      createdAt: NOW + 1000,
    });
  });

  it("committed twice are one row, also after a restart", async () => {
    const store = newStore();
    await commitEvents(store, [event("a"), event("b")]);
    store.close();
    const again = opened(store.directory);
    await commitEvents(again, [event("a"), event("c")]);
    expect((await again.outbox.readAfter(0, ALL)).map((row) => row.id)).toEqual(["a", "b", "c"]);
  });

  it("with the id of another event are a bug: nothing of that commit stays", async () => {
    const store = newStore();
    await commitEvents(store, [event("a")]);
    await expect(commitEvents(store, [event("b"), event("a", '{"other":true}')])).rejects.toMatchObject({
      kind: "conflict",
    });
    expect((await store.outbox.readAfter(0, ALL)).map((row) => row.id)).toEqual(["a"]);
  });

  it("are found by id", async () => {
    const store = newStore();
    await commitEvents(store, [event("a")]);
    expect((await store.keeping.event("a"))?.seq).toBe(1);
    expect(await store.keeping.event("z")).toBeNull();
  });
});

describe("reading a batch", () => {
  it.each([
    [{ maxRows: 2, maxBytes: 1e9 }, 0, [1, 2]],
    [{ maxRows: 100, maxBytes: 250 }, 0, [1, 2]],
    [{ maxRows: 100, maxBytes: 200 }, 2, [3, 4]],
    [{ maxRows: 100, maxBytes: 1 }, 0, [1]],
    [{ maxRows: 100, maxBytes: 1e9 }, 3, [4]],
    [{ maxRows: 100, maxBytes: 1e9 }, 4, []],
  ])("within %j after row %i gives rows %j", async (limits, after, seqs) => {
    const store = newStore();
    await commitEvents(
      store,
      [1, 2, 3, 4].map((n) => event(`e${n}`, "x".repeat(100))),
    );
    expect((await store.outbox.readAfter(after, limits)).map((row) => row.seq)).toEqual(seqs);
  });

  it("counts bytes of UTF-8, not characters", async () => {
    const store = newStore();
    await commitEvents(store, [event("a", "\u00e9".repeat(100)), event("b", "\u00e9".repeat(100))]);
    expect(await store.outbox.readAfter(0, { maxRows: 9, maxBytes: 399 })).toHaveLength(1);
    expect(await store.outbox.readAfter(0, { maxRows: 9, maxBytes: 400 })).toHaveLength(2);
  });
});

describe("a sink", () => {
  it("that is new starts at the newest row, with backfill at the oldest", async () => {
    const store = newStore();
    await commitEvents(store, [event("a"), event("b")]);
    await store.outbox.registerSink({ name: "new", kind: "kafka", backfill: false });
    await store.outbox.registerSink({ name: "all", kind: "file", backfill: true });
    expect((await store.outbox.cursor("new"))?.ackedSeq).toBe(2);
    expect((await store.outbox.cursor("all"))?.ackedSeq).toBe(0);
    expect(await store.outbox.cursor("none")).toBeNull();
  });

  it("that is known keeps its cursor and its state, whatever it asks for", async () => {
    const store = newStore();
    await commitEvents(store, [event("a"), event("b")]);
    await store.outbox.registerSink({ name: "s", kind: "file", backfill: true });
    await store.outbox.commitRelay({ sink: "s", ackedSeq: 1, dead: [], at: NOW + 5 });
    await store.outbox.setSinkState("s", { state: "stopped", reason: "401", attempt: 3, at: NOW });
    await store.outbox.registerSink({ name: "s", kind: "kafka", backfill: false });
    expect(await store.outbox.cursor("s")).toEqual({
      name: "s",
      kind: "kafka",
      ackedSeq: 1,
      state: "stopped",
      reason: "401",
      attempt: 3,
      lastOkAt: NOW + 5,
      lastError: "401",
    });
  });

  it("never moves its cursor back", async () => {
    const store = newStore();
    await commitEvents(store, [event("a"), event("b")]);
    await store.outbox.registerSink({ name: "s", kind: "file", backfill: true });
    await store.outbox.commitRelay({ sink: "s", ackedSeq: 2, dead: [], at: NOW });
    await expect(store.outbox.commitRelay({ sink: "s", ackedSeq: 1, dead: [], at: NOW })).rejects.toMatchObject({
      kind: "conflict",
    });
    expect((await store.outbox.cursor("s"))?.ackedSeq).toBe(2);
  });

  it("that was never registered can settle nothing", async () => {
    const store = newStore();
    await expect(store.outbox.commitRelay({ sink: "s", ackedSeq: 1, dead: [letter("s", 1)], at: NOW })).rejects.toThrow(
      "never registered",
    );
    await expect(
      store.outbox.setSinkState("s", { state: "running", reason: null, attempt: 0, at: NOW }),
    ).rejects.toThrow("never registered");
    expect(await store.outbox.deadLetters(null)).toEqual([]);
  });

  it("that runs again remembers its last error", async () => {
    const store = newStore();
    await store.outbox.registerSink({ name: "s", kind: "file", backfill: true });
    await store.outbox.setSinkState("s", { state: "backing-off", reason: "refused", attempt: 1, at: NOW });
    await store.outbox.setSinkState("s", { state: "running", reason: null, attempt: 0, at: NOW });
    expect(await store.outbox.cursor("s")).toMatchObject({ state: "running", reason: null, lastError: "refused" });
  });

  it("that is forgotten takes its dead letters with it", async () => {
    const store = newStore();
    await commitEvents(store, [event("e1")]);
    await store.outbox.registerSink({ name: "s", kind: "file", backfill: true });
    await store.outbox.commitRelay({ sink: "s", ackedSeq: 1, dead: [letter("s", 1)], at: NOW });
    expect(await store.keeping.forgetSink("s")).toBe(true);
    expect(await store.keeping.forgetSink("s")).toBe(false);
    expect(await store.outbox.cursor("s")).toBeNull();
    expect(await store.outbox.deadLetters(null)).toEqual([]);
  });
});

describe("dead letters", () => {
  it("and the cursor move together", async () => {
    const store = newStore();
    await commitEvents(store, [event("e1"), event("e2")]);
    await store.outbox.registerSink({ name: "s", kind: "file", backfill: true });
    await store.outbox.commitRelay({ sink: "s", ackedSeq: 2, dead: [letter("s", 2)], at: NOW });
    expect(await store.outbox.deadLetters("s")).toEqual([letter("s", 2)]);
    expect(await store.outbox.deadLetters("other")).toEqual([]);
    expect(await store.outbox.status()).toMatchObject({
      sinks: [{ name: "s", ackedSeq: 2, pending: 0, deadLetters: 1 }],
    });
  });

  it("past the bound are refused and the cursor stays: the sink must stop", async () => {
    const store = newStore();
    await commitEvents(store, [event("e1"), event("e2")]);
    await store.outbox.registerSink({ name: "s", kind: "file", backfill: true });
    const huge = { ...letter("s", 2), body: "x".repeat(MAX_DEAD_BYTES + 1) };
    await expect(store.outbox.commitRelay({ sink: "s", ackedSeq: 2, dead: [huge], at: NOW })).rejects.toMatchObject({
      kind: "dead-letters-full",
    });
    expect((await store.outbox.cursor("s"))?.ackedSeq).toBe(0);
    expect(await store.outbox.deadLetters("s")).toEqual([]);
  });
});

describe("pruning", () => {
  it("deletes what all enabled sinks have settled and is old, in chunks", async () => {
    const store = newStore();
    const events = Array.from({ length: 2500 }, (_, i) => event(`e${i}`));
    await commitEvents(store, events);
    await store.outbox.registerSink({ name: "slow", kind: "file", backfill: true });
    await store.outbox.registerSink({ name: "fast", kind: "file", backfill: true });
    await store.outbox.commitRelay({ sink: "fast", ackedSeq: 2500, dead: [], at: NOW });
    expect(await store.outbox.prune(NOW + 2000)).toBe(0);
    await store.outbox.commitRelay({ sink: "slow", ackedSeq: 2200, dead: [], at: NOW });
    expect(await store.outbox.prune(NOW + 1000)).toBe(0);
    expect(await store.outbox.prune(NOW + 2000)).toBe(2200);
    expect(await store.outbox.status()).toMatchObject({ rows: 300, lastSeq: 2500 });
  });

  it("is not held back by a disabled sink, and deletes nothing while no sink is enabled", async () => {
    const store = newStore();
    await commitEvents(store, [event("a")]);
    await store.outbox.registerSink({ name: "off", kind: "file", backfill: true });
    await store.outbox.setSinkState("off", { state: "disabled", reason: null, attempt: 0, at: NOW });
    expect(await store.outbox.prune(NOW + 2000)).toBe(0);
    await store.outbox.registerSink({ name: "on", kind: "file", backfill: true });
    await store.outbox.commitRelay({ sink: "on", ackedSeq: 1, dead: [], at: NOW });
    expect(await store.outbox.prune(NOW + 2000)).toBe(1);
  });

  it("never frees a number for another event", async () => {
    const store = newStore();
    await commitEvents(store, [event("a"), event("b")]);
    await store.outbox.registerSink({ name: "s", kind: "file", backfill: true });
    await store.outbox.commitRelay({ sink: "s", ackedSeq: 2, dead: [], at: NOW });
    await store.outbox.prune(NOW + 2000);
    store.close();
    const again = opened(store.directory);
    await commitEvents(again, [event("c")]);
    expect((await again.outbox.readAfter(0, ALL)).map((row) => row.seq)).toEqual([3]);
    expect(await again.outbox.status()).toMatchObject({ rows: 1, lastSeq: 3, sinks: [{ pending: 1 }] });
  });
});

describe("the status", () => {
  it("of an empty outbox is empty", async () => {
    expect(await newStore().outbox.status()).toEqual({ rows: 0, lastSeq: 0, oldestAt: null, sinks: [] });
  });

  it("counts what each sink has before it", async () => {
    const store = newStore();
    await store.outbox.registerSink({ name: "a", kind: "file", backfill: false });
    await commitEvents(store, [event("e1"), event("e2"), event("e3")]);
    await store.outbox.commitRelay({ sink: "a", ackedSeq: 1, dead: [], at: NOW });
    await store.outbox.registerSink({ name: "b", kind: "kafka", backfill: true });
    const status = await store.outbox.status();
    expect(status).toMatchObject({ rows: 3, lastSeq: 3, oldestAt: NOW + 1000 });
    expect(status.sinks.map((sink) => [sink.name, sink.pending])).toEqual([
      ["a", 2],
      ["b", 3],
    ]);
  });
});

function commitEvents(store: OpenedStore, events: readonly ReturnType<typeof event>[]): Promise<void> {
  return store.cycles.commitCycle(cycleCommit("c1", { events }));
}

function letter(sink: string, seq: number): DeadLetter {
  return {
    sink,
    eventId: `e${seq}`,
    seq,
    family: "anomaly",
    key: "office|h1",
    body: "{}",
    reason: { slug: "mapper-parsing", text: "cannot be parsed" },
    attempts: 1,
    at: NOW,
  };
}
