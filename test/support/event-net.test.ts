import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { EventDocument } from "../../src/domain/event.ts";
import { createFileSink } from "../../src/deliver/sinks/file/sink.ts";
import { openState, stoppedClock } from "./runtime.ts";
import { sampleEvent } from "../events/samples.ts";
import { assertEventsBelow } from "./event-net.ts";
import { tempDir, tempDirOfMadeUpEvents } from "./temp-dir.ts";

/** Events about nothing, and a packed program in a temporary store: the only unchecked directories that outlast a test. */
const UNCHECKED = ["test/deliver/contract.test.ts", "test/toolchain/package.test.ts"];
const GOOD = sampleEvent(1);
const BAD: EventDocument = { ...GOOD, body: GOOD.body.replace('"kind":"event"', '"kind":"signal"') };

/** Commits the event into a state below the directory, as every command does. */
async function commit(directory: string, event: EventDocument): Promise<void> {
  const opened = openState(path.join(directory, "deep", "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  await opened.value.cycles.commitHealth(() => [event], 1);
  opened.value.close();
}

async function writeEventFile(directory: string, events: readonly EventDocument[]): Promise<void> {
  const sink = createFileSink({ path: path.join(directory, "events.ndjson"), clock: stoppedClock(0) });
  const rows = events.map((event, i) => ({ ...event, seq: i + 1, digest: "", createdAt: 0 }));
  await sink.send(rows, new AbortController().signal);
  await sink.close(1000);
}

describe("the net below every temporary directory", () => {
  test("lets events pass that keep the contract", async () => {
    const directory = tempDir();
    await commit(directory, GOOD);
    await writeEventFile(directory, [GOOD, sampleEvent(2)]);
  });

  test("names the test file, the outbox row and the leaf of one that breaks it", async () => {
    const directory = tempDirOfMadeUpEvents();
    await commit(directory, BAD);
    expect(() => assertEventsBelow(directory)).toThrow(
      /event-net\.test\.ts[^]*deep\/state\/tripline\.db row 1: event\.kind: signal is not used/,
    );
  });

  test("finds one in an event file, also in a rotated one, and forgives the torn end of a crash", async () => {
    const directory = tempDirOfMadeUpEvents();
    await writeEventFile(directory, [GOOD]);
    writeFileSync(path.join(directory, "events.ndjson"), '{"torn', { flag: "a" });
    expect(() => assertEventsBelow(directory)).not.toThrow();
    writeFileSync(path.join(directory, "events.ndjson.2026-11-20.1"), `${BAD.body}\n`);
    expect(() => assertEventsBelow(directory)).toThrow(/events\.ndjson\.2026-11-20\.1 line 1: event\.kind/);
  });

  // The tests themselves pass: it is the clean-up that must fail them.
  test.fails("fails a test that leaves a broken event in an outbox", () => commit(tempDir(), BAD));
  test.fails("fails a test that leaves a broken event in a file", () => writeEventFile(tempDir(), [BAD]));
  test("does not look where events are said to be made up", () => commit(tempDirOfMadeUpEvents(), BAD));

  test("is not walked around: no test makes directories of its own, and what outlasts a test is checked too", () => {
    const using = (word: RegExp) => testFiles().filter((file) => word.test(readFileSync(file, "utf8")));
    // make.ts runs by itself: the events of the old version that it makes are what another test is about.
    const makers = ["test/support/cache.ts", "test/support/old-state/make.ts", "test/support/temp-dir.ts"];
    expect(using(/\bmkdtempSync\(/)).toEqual(makers);
    const checked = new Set(using(/\bremoveChecked\(/));
    const lasting = using(/\bnewTempDir\(/).filter((file) => !file.startsWith("test/support/"));
    expect(lasting.filter((file) => !checked.has(file))).toEqual(UNCHECKED);
  });

  test("holds for encoders that are called directly: only test/events/checked.ts imports them", () => {
    const encoder = /import \{[^}]*\bencode\w+[^}]*\} from "[^"]*src\/events\//;
    const own = testFiles().filter((file) => encoder.test(readFileSync(file, "utf8")));
    expect(own).toEqual(["test/events/checked.ts"]);
  });

  test("also knows an unfinished directory: an empty one, and a database without tables", () => {
    const directory = tempDir();
    mkdirSync(path.join(directory, "state"));
    writeFileSync(path.join(directory, "state", "tripline.db"), "");
    expect(() => assertEventsBelow(directory)).not.toThrow();
  });
});

function testFiles(): readonly string[] {
  const files = readdirSync("test", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.map((file) => path.join("test", file)).toSorted();
}
