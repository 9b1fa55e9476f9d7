import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { dump, inside } from "./support/dump.ts";
import { begin, EVERY_COMMIT } from "./support/every-commit.ts";
import { newStore, opened } from "./support/temp-store.ts";

// sqlite.org/walformat.html: a header, then frames of a header and a page each.
const HEADER = 32;
const FRAME = 24 + 4096;

interface Run {
  /** The database as it stood when the first of the commits began, and the log of all of them. */
  readonly database: string;
  readonly mark: string;
  readonly log: Buffer;
  /** What was there after each commit, the state before them first. */
  readonly states: readonly string[];
}

/** Forgetting goes in several commits on purpose: in between is a state of its own. */
const COMMITS = EVERY_COMMIT.filter(({ name }) => name !== "forgotten facts");

/** One store through every kind of commit, its log never written back. */
async function lived(): Promise<Run> {
  const first = newStore();
  await begin(first);
  first.close();
  // Closes what was left running, so that the next start has nothing to write.
  opened(first.directory).close();
  const store = opened(first.directory);
  const states = [JSON.stringify(dump(first.directory))];
  for (const commit of COMMITS) {
    await commit.run(store);
    states.push(JSON.stringify(dump(first.directory)));
  }
  const copy = tempDirOfMadeUpEvents();
  for (const name of ["tripline.db", "store.mark"]) copyFileSync(join(first.directory, name), join(copy, name));
  const log = readFileSync(join(first.directory, "tripline.db-wal"));
  return { database: join(copy, "tripline.db"), mark: join(copy, "store.mark"), log, states };
}

/** What is found after the power came back: which of the states, or -1. */
function found({ database, states }: Run, log: Uint8Array): number {
  const directory = tempDirOfMadeUpEvents();
  copyFileSync(database, join(directory, "tripline.db"));
  writeFileSync(join(directory, "tripline.db-wal"), log);
  const whole = inside(directory, (one) => one.prepare("PRAGMA integrity_check").get()?.["integrity_check"]);
  return whole === "ok" ? states.indexOf(JSON.stringify(dump(directory))) : -1;
}

describe("a power cut", () => {
  it("anywhere in the log leaves a state that was committed, and a longer log never an older one", async () => {
    const run = await lived();
    const frames = Math.floor((run.log.length - HEADER) / FRAME);
    const ends = Array.from({ length: frames + 1 }, (_, n) => HEADER + n * FRAME);
    const states = ends.map((end) => found(run, run.log.subarray(0, end)));
    expect(states).not.toContain(-1);
    expect(states).toEqual(states.toSorted((a, b) => a - b));
    expect([states[0], states.at(-1)]).toEqual([0, run.states.length - 1]);
    expect(new Set(states).size).toBe(new Set(run.states).size);
  });

  it("that tears a page, or flips a bit of one, takes back what came from there on", async () => {
    const run = await lived();
    const place = fc.integer({ min: HEADER, max: run.log.length - 1 });
    fc.assert(
      fc.property(place, fc.constantFrom("torn", "flipped"), (at, how) => {
        const frame = HEADER + Math.floor((at - HEADER) / FRAME) * FRAME;
        const before = found(run, run.log.subarray(0, frame));
        const log = Buffer.from(how === "torn" ? run.log.subarray(0, at) : run.log);
        if (how === "flipped") log.writeUInt8(log.readUInt8(at) ^ 0x10, at);
        expect(found(run, log)).toBe(before);
      }),
      { numRuns: 40 },
    );
  });

  it("that lost commits is told once, whatever was lost, and the store goes on", async () => {
    const run = await lived();
    for (const share of [0, 0.3, 0.9]) {
      const directory = tempDirOfMadeUpEvents();
      copyFileSync(run.database, join(directory, "tripline.db"));
      copyFileSync(run.mark, join(directory, "store.mark"));
      const frames = Math.floor(((run.log.length - HEADER) / FRAME) * share);
      writeFileSync(join(directory, "tripline.db-wal"), run.log.subarray(0, HEADER + frames * FRAME));
      const store = opened(directory);
      expect(store.notices.map(({ kind }) => kind)).toEqual(["store-rolled-back"]);
      await store.outbox.registerSink({ name: "later", kind: "file", backfill: true });
      store.close();
      expect(opened(directory).notices).toEqual([]);
    }
  });
});
