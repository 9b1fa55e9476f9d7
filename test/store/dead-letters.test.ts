import { describe, expect, it } from "vitest";
import { type DeadLetter, isDeadLettersFull } from "../../src/domain/ports/outbox.ts";
import { MAX_DEAD_BYTES } from "../../src/store/dead-letters.ts";
import type { OpenedStore } from "../../src/store/open.ts";
import { cycleCommit, event } from "./support/samples.ts";
import { newStore, NOW } from "./support/temp-store.ts";

function letter(sink: string, n: number, more: Partial<DeadLetter> = {}): DeadLetter {
  const what = { eventId: `e${n}`, seq: n, family: "anomaly", key: "k", body: "{}" };
  return { sink, ...what, reason: { slug: "mapping", text: "no" }, attempts: 1, at: NOW, ...more };
}

async function withSinks(...names: readonly string[]): Promise<OpenedStore> {
  const store = newStore();
  await store.cycles.commitCycle(cycleCommit("c1", { events: [event("e1"), event("e2")] }));
  for (const name of names) await store.outbox.registerSink({ name, kind: "file", backfill: true });
  return store;
}

const commit = (store: OpenedStore, sink: string, dead: readonly DeadLetter[]) =>
  store.outbox.commitRelay({ sink, ackedSeq: 2, dead, at: NOW });

describe("dead letters of several outputs", () => {
  it("are listed by output and number, all or one output's, whatever order they came in", async () => {
    const store = await withSinks("a", "b");
    await commit(store, "b", [letter("b", 2), letter("b", 1)]);
    await commit(store, "a", [letter("a", 2)]);
    const listed = async (sink: string | null) =>
      (await store.outbox.deadLetters(sink)).map((one) => `${one.sink} ${one.seq}`);
    expect([await listed(null), await listed("b"), await listed("c")]).toEqual([
      ["a 2", "b 1", "b 2"],
      ["b 1", "b 2"],
      [],
    ]);
    await store.keeping.forgetSink("b");
    expect(await listed(null)).toEqual(["a 2"]);
  });

  it("of the same event again are one letter, with the last reason and the first body", async () => {
    const store = await withSinks("a");
    await commit(store, "a", [letter("a", 1)]);
    const again = { reason: { slug: "too-large", text: "yes" }, attempts: 10, at: NOW + 5 };
    await commit(store, "a", [letter("a", 1, { ...again, body: "other" })]);
    expect(await store.outbox.deadLetters("a")).toEqual([letter("a", 1, again)]);
  });
});

describe("the bounds of dead letters", () => {
  const many = (from: number, count: number) => Array.from({ length: count }, (_, i) => letter("a", from + i));

  it("are 10,000 of one output: the last one that fits is taken, and one more nothing of its batch", async () => {
    const store = await withSinks("a", "b");
    await commit(store, "a", many(1, 10_000));
    const more = commit(store, "a", many(10_001, 1)).catch((error: unknown) => error);
    expect(isDeadLettersFull(await more)).toBe(true);
    expect(await store.outbox.deadLetters("a")).toHaveLength(10_000);
    await commit(store, "a", [letter("a", 5, { attempts: 2 })]);
    await commit(store, "a", []);
    await commit(store, "b", [letter("b", 1)]);
    expect(await store.outbox.deadLetters("b")).toHaveLength(1);
  });

  it("are 64 MiB of bytes, not of characters, to the last byte", async () => {
    const store = await withSinks("a");
    const half = "é".repeat(MAX_DEAD_BYTES / 4);
    await commit(store, "a", [letter("a", 1, { body: half }), letter("a", 2, { body: half })]);
    await expect(commit(store, "a", [letter("a", 3, { body: "x" })])).rejects.toMatchObject({
      kind: "dead-letters-full",
    });
    await commit(store, "a", [letter("a", 3, { body: "" })]);
  });

  it("are not mistaken for other troubles", async () => {
    const store = await withSinks("a");
    const unknown = await commit(store, "nobody", []).catch((error: unknown) => error);
    expect([unknown, new Error("x"), null, "dead-letters-full"].map(isDeadLettersFull)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
