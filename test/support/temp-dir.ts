import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** A new directory that is removed when the running test ends. Only inside a test. */
export function tempDir(prefix = "tripline-test-"): string {
  const dir = newTempDir(prefix);
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A new directory that the caller removes: for hooks, benches and servers. */
export function newTempDir(prefix = "tripline-test-"): string {
  return mkdtempSync(path.join(tmpdir(), prefix));
}
