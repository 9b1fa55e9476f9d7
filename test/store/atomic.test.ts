import { describe, expect, it } from "vitest";
import { dump, inside } from "./support/dump.ts";
import { begin, type Commit, EVERY_COMMIT } from "./support/every-commit.ts";
import { nmapRun } from "./support/samples.ts";
import { newStore, NOW } from "./support/temp-store.ts";

/** What some commits need before them: nothing else must differ. */
const BEFORE: Readonly<Record<string, Commit["run"]>> = {
  pruning: ({ outbox }) => outbox.commitRelay({ sink: "file", ackedSeq: 2, dead: [], at: NOW }),
  "forgotten facts": ({ cycles }) => cycles.commitShard({ cycleId: "c2", shard: 0, elapsedMs: 5, runs: [nmapRun(0)] }),
};

async function prepared(commit: Commit) {
  const store = newStore();
  await begin(store);
  await BEFORE[commit.name]?.(store);
  return store;
}

describe("a commit that fails at any table it writes leaves nothing behind, and the next try is whole", () => {
  it.each(EVERY_COMMIT.map((commit) => [commit.name, commit] as const))("%s", async (_, commit) => {
    const store = await prepared(commit);
    const before = dump(store.directory);
    for (const [change, table] of commit.writes) {
      const trap = `CREATE TRIGGER trap BEFORE ${change} ON ${table} BEGIN SELECT RAISE(ABORT, 'trapped'); END`;
      inside(store.directory, (database) => database.exec(trap));
      await expect(commit.run(store)).rejects.toThrow("trapped");
      expect(dump(store.directory), table).toEqual(before);
      inside(store.directory, (database) => database.exec("DROP TRIGGER trap"));
    }
    await commit.run(store);
    const undisturbed = await prepared(commit);
    await commit.run(undisturbed);
    const after = dump(store.directory);
    expect(after).toEqual(dump(undisturbed.directory));
    expect(after).not.toEqual(before);
  });
});

describe("a commit", () => {
  it.each(EVERY_COMMIT.map((commit) => [commit.name, commit] as const))(
    "%s is seen by others when its promise resolves, and is counted",
    async (_, commit) => {
      const store = await prepared(commit);
      const before = await store.keeping.mark();
      await commit.run(store);
      const after = await store.keeping.mark();
      expect(after.epoch).toBe(before.epoch);
      expect(after.counter).toBeGreaterThan(before.counter);
      expect(dump(store.directory)["meta"]).toContainEqual(
        JSON.stringify({ key: "commit_counter", value: after.counter }),
      );
    },
  );
});
