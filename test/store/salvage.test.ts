import { join } from "node:path";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { salvage } from "../../src/store/salvage.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { inside } from "./support/dump.ts";
import { cycleCommit, event } from "./support/samples.ts";
import { newStore, NOW, opened } from "./support/temp-store.ts";

interface Stood {
  readonly name: string;
  readonly acked: number;
  readonly disabled?: true;
}

/** A closed store of five events, its outputs where they stood, and what happened to the file since. */
async function left(sinks: readonly Stood[], sql = ""): Promise<string> {
  const store = newStore();
  for (const { name } of sinks) await store.outbox.registerSink({ name, kind: "file", backfill: true });
  await store.cycles.commitCycle(cycleCommit("c1", { events: [1, 2, 3, 4, 5].map((n) => event(`e${n}`)) }));
  for (const { name, acked, disabled } of sinks) {
    await store.outbox.commitRelay({ sink: name, ackedSeq: acked, dead: [], at: NOW });
    if (disabled) await store.outbox.setSinkState(name, { state: "disabled", reason: null, attempt: 0, at: NOW });
  }
  store.close();
  if (sql !== "") inside(store.directory, (database) => database.exec(sql));
  return store.directory;
}

describe("what is saved of a damaged store", () => {
  it.each<[string, readonly Stood[], string, readonly number[], number]>([
    [
      "what the slowest output still needs",
      [
        { name: "a", acked: 2 },
        { name: "b", acked: 4 },
      ],
      "",
      [3, 4, 5],
      5,
    ],
    [
      "an output that is off needs nothing",
      [
        { name: "a", acked: 4 },
        { name: "b", acked: 0, disabled: true },
      ],
      "",
      [5],
      5,
    ],
    ["everything, when all outputs are off", [{ name: "a", acked: 4, disabled: true }], "", [1, 2, 3, 4, 5], 5],
    ["everything, without an output", [], "", [1, 2, 3, 4, 5], 5],
    ["nothing, when all was delivered; the number is not given again", [{ name: "a", acked: 5 }], "", [], 5],
    [
      "no event whose bytes changed",
      [{ name: "a", acked: 0 }],
      "UPDATE outbox SET body = '{}' WHERE seq = 2",
      [1, 3, 4, 5],
      5,
    ],
    [
      "no event without its digest",
      [{ name: "a", acked: 0 }],
      "UPDATE outbox SET digest = '' WHERE seq = 5",
      [1, 2, 3, 4],
      4,
    ],
    ["events also when the table of outputs is gone", [{ name: "a", acked: 3 }], "DROP TABLE sink", [1, 2, 3, 4, 5], 5],
    ["cursors also when the table of events is gone", [{ name: "a", acked: 3 }], "DROP TABLE outbox", [], 3],
  ])("%s", async (_, sinks, sql, events, lastSeq) => {
    const saved = salvage(await left(sinks, sql));
    expect(saved.events.map((row) => row["seq"])).toEqual(events);
    expect(saved.lastSeq).toBe(lastSeq);
  });

  it.each<[string, (path: string) => void]>([
    ["there is no file", () => {}],
    ["an empty one", (path) => writeFileSync(path, "")],
    ["no database", (path) => writeFileSync(path, "x".repeat(9000))],
    ["a directory of that name", (path) => mkdirSync(path)],
    [
      "another program's database",
      (path) => {
        const database = new DatabaseSync(path);
        database.exec("CREATE TABLE outbox (title TEXT); INSERT INTO outbox VALUES ('x')");
        database.close();
      },
    ],
  ])("is nothing when %s, and nothing is thrown", (_, make) => {
    const folder = tempDirOfMadeUpEvents();
    make(join(folder, "tripline.db"));
    expect(salvage(folder)).toEqual({ events: [], sinks: [], lastSeq: 0 });
  });

  it("comes into the new store with its numbers, and a saved event that is committed again is the same row", async () => {
    const directory = await left([{ name: "a", acked: 2 }]);
    mkdirSync(join(directory, "corrupt-2026-01-01T000000000Z"));
    renameSync(join(directory, "tripline.db"), join(directory, "corrupt-2026-01-01T000000000Z", "tripline.db"));
    const store = opened(directory);
    await store.cycles.commitCycle(cycleCommit("c2", { events: [event("e4"), event("e6")] }));
    const rows = await store.outbox.readAfter(0, { maxRows: 99, maxBytes: 1e9 });
    expect(rows.slice(0, -1).map(({ seq, id }) => `${seq} ${id}`)).toEqual(["3 e3", "4 e4", "5 e5"]);
    expect(rows.at(-1)).toMatchObject({ id: "e6" });
    expect(await store.outbox.cursor("a")).toMatchObject({ ackedSeq: 2, state: "running" });
  });
});
