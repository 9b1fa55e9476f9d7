import path from "node:path";
import { onTestFinished } from "vitest";
import type { Scanner } from "../../../src/domain/ports/scanner.ts";
import { createNmapScanner, type NmapScannerOptions } from "../../../src/scan/nmap/scanner.ts";
import { monotonicClock, wallClock } from "../../../src/lib/time.ts";
import { tempDir } from "../../support/temp-dir.ts";

export const PROGRAMS = path.resolve("test/fixtures/programs");

/** A scanner with directories of its own. */
export function scannerFor(more: Partial<NmapScannerOptions> = {}): {
  scanner: Scanner;
  workDir: string;
  rawDir: string;
} {
  const state = tempDir();
  const [workDir, rawDir] = [path.join(state, "work"), path.join(state, "raw")];
  const scanner = createNmapScanner({
    nmapPath: "nmap",
    privilege: process.getuid?.() === 0 ? "raw" : "connect",
    workDir,
    rawDir,
    nseDir: path.resolve("nse-scripts"),
    exclude: [],
    inScope: () => true,
    fragile: () => false,
    vantage: "test",
    clock: { now: wallClock, monotonic: monotonicClock },
    ...more,
  });
  return { scanner, workDir, rawDir };
}

/** A signal that ends with the test, so that no nmap outlives it. */
export function testSignal(): AbortSignal {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return stop.signal;
}
