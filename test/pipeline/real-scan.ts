import { join } from "node:path";
import { scanNow } from "../../src/app/operations/scan-now.ts";
import type { FinishedReport } from "../../src/pipeline/cycle-report.ts";
import { testSignal } from "../scan/nmap/scanning.ts";
import { siteOf } from "../support/runtime.ts";
import { parseConfig } from "../support/configuration.ts";

/** One cycle with the real nmap, as `tripline scan` does it; mature after the first. State and relative paths: `directory`. */
export async function realScan(configuration: string, directory: string): Promise<FinishedReport> {
  const loaded = parseConfig(configuration, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  const result = await scanNow(
    siteOf(loaded.value, join(directory, "state")),
    { profile: "ports", learn: true, learnScans: 1, emit: false },
    { signal: testSignal() },
  );
  if (!result.ok || result.value.report.state !== "finished") throw new Error("the scan failed");
  return result.value.report;
}
