import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { openMark, readMark } from "../../src/store/mark.ts";
import { installId, noteReset, raiseEpochIfRolledBack, readReset } from "../../src/store/meta.ts";
import { resetNotice, rolledBackNotice } from "../../src/store/notices.ts";
import { connect } from "../../src/store/settings.ts";
import { inside } from "./support/dump.ts";
import { cycleCommit } from "./support/samples.ts";
import { newStore, opened } from "./support/temp-store.ts";

/** The database of a store that was used and closed. */
function usedDatabase() {
  const store = newStore();
  const { directory } = store;
  store.close();
  const connection = connect(join(directory, "tripline.db"), "write");
  const database = openDatabase({ connection, markFile: openMark(directory) });
  onTestFinished(() => database.close());
  return { directory, database };
}

describe("the epoch of a store", () => {
  it.each<[string, (stored: number) => { readonly epoch: number; readonly counter: number } | null, number]>([
    ["there is no mark", () => null, 1],
    ["the mark is where the store is", (counter) => ({ epoch: 1, counter }), 1],
    ["the mark lags behind", (counter) => ({ epoch: 1, counter: counter - 1 }), 1],
    ["the mark is one commit ahead", (counter) => ({ epoch: 1, counter: counter + 1 }), 2],
    ["the mark is of a later epoch, with fewer commits", () => ({ epoch: 7, counter: 0 }), 8],
  ])("when %s becomes the right one", (_, markAt, epoch) => {
    const { database } = usedDatabase();
    database.commit(() => undefined);
    const mark = markAt(database.mark().counter);
    const lost = raiseEpochIfRolledBack(database, mark);
    expect(lost).toEqual(epoch === 1 ? null : mark);
    expect(database.mark().epoch).toBe(epoch);
  });

  it("that rose is in the mark as well, so that it rises once", () => {
    const { database, directory } = usedDatabase();
    raiseEpochIfRolledBack(database, { epoch: 3, counter: 99 });
    expect(readMark(directory)).toEqual(database.mark());
    expect(raiseEpochIfRolledBack(database, readMark(directory))).toBeNull();
  });

  it("rises at the start that finds commits missing, so that no later id is one of theirs", async () => {
    const store = newStore();
    await store.cycles.commitCycle(cycleCommit("c1"));
    const before = await store.keeping.mark();
    store.close();
    inside(store.directory, (database) =>
      database.exec("UPDATE meta SET value = value - 1 WHERE key = 'commit_counter'"),
    );
    const again = opened(store.directory);
    expect(again.notices).toMatchObject([{ kind: "store-rolled-back" }]);
    expect((await again.keeping.mark()).epoch).toBe(before.epoch + 1);
  });
});

describe("a reset of a store", () => {
  it("is none until there was one; the newest one counts", () => {
    const { database } = usedDatabase();
    expect(readReset(database)).toBeNull();
    for (const at of [1, 2]) noteReset(database, { at, folder: `corrupt-${at}` });
    expect(readReset(database)).toEqual({ at: 2, folder: "corrupt-2" });
    expect(installId(database)).toBe("00000000-0000-7000-8000-000000000001");
  });
});

describe("a notice of the store", () => {
  it("says which commits are gone", () => {
    const notice = rolledBackNotice({ mark: { epoch: 2, counter: 90 }, stored: { epoch: 1, counter: 80 } });
    expect(notice).toMatchObject({ kind: "store-rolled-back", code: "TL420", outcome: "failure" });
    expect(notice.message).toContain("it holds commit 80 of epoch 1, but commit 90 of epoch 2 had been reached");
  });

  it("says where a damaged store is and what was saved of it", () => {
    const notice = resetNotice({ folder: "corrupt-x", events: 0 });
    expect(notice).toMatchObject({ kind: "store-reset", code: "TL421", outcome: "failure" });
    expect(notice.message).toContain("set aside in corrupt-x; learning starts again, 0 undelivered events were saved");
  });
});
