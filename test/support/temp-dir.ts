import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { assertEventsBelow } from "./event-net.ts";

/**
 * A new directory that is removed when the running test ends. Every event that the test left in a state below it
 * must keep the event contract, or the test fails. Only inside a test.
 */
export function tempDir(): string {
  const dir = newTempDir();
  onTestFinished(() => removeChecked(dir));
  return dir;
}

/** As {@link tempDir}, for tests whose events are bytes that no encoder made: the only way around the check. */
export function tempDirOfMadeUpEvents(): string {
  const dir = newTempDir();
  onTestFinished(() => remove(dir));
  return dir;
}

/** A new directory that the caller removes, with {@link removeChecked} where tests leave events: for hooks, benches, servers. */
export function newTempDir(prefix = "tripline-test-"): string {
  return mkdtempSync(path.join(tmpdir(), prefix));
}

/** Removes a directory after its events were checked; throws when one breaks the contract. */
export function removeChecked(dir: string): void {
  try {
    assertEventsBelow(dir);
  } finally {
    remove(dir);
  }
}

function remove(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}
