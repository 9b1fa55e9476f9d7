import { join } from "node:path";
import { expect } from "vitest";
import { replay } from "../../src/app/operations/replay.ts";
import { scanNow } from "../../src/app/operations/scan-now.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import type { FinishedReport } from "../../src/pipeline/cycle-report.ts";
import { testSignal } from "../scan/nmap/scanning.ts";
import { parseConfig } from "../support/configuration.ts";
import type { Lab, LabHost } from "../support/lab.ts";
import { RUNTIME, siteOf } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";

const SMTP = "220 mail.example.org ESMTP Postfix\r\n";

/** A machine with a card of a real vendor: only such an address identifies it. */
export function machine(octet: number, more: Partial<LabHost> = {}): LabHost {
  const mac = `00:1b:21:00:00:${octet.toString(16).padStart(2, "0")}`;
  return { octet, mac, listens: new Map([[25, SMTP]]), ...more };
}

/** Scans the segment; `expectReplay` compares the archive, analysed again, with everything that was said. */
export interface LabScan {
  (profile?: "ports" | "deep"): Promise<FinishedReport>;
  expectReplay(): Promise<void>;
}

/** `tripline scan --learn-scans 1` over the segment, on a state of its own. */
export function scannerOf(lab: Lab, more = "os_detection: false"): LabScan {
  const directory = tempDir();
  const loaded = config(lab, directory, more);
  const signal = testSignal();
  const live: FinishedReport[] = [];
  const scan = async (profile: "ports" | "deep" = "ports"): Promise<FinishedReport> => {
    const result = await scanNow(
      siteOf(loaded, join(directory, "state")),
      { profile, learn: true, learnScans: 1, emit: true },
      { signal },
    );
    if (!result.ok) throw new Error(result.error.what);
    const { report } = result.value;
    if (report.state !== "finished") throw new Error("the scan was interrupted");
    expect(report.summary.completeness).toBe("complete");
    expect(report.vantage.state).toBe("ok");
    live.push(report);
    return report;
  };
  const expectReplay = async () => {
    const result = await replay(
      { runtime: RUNTIME, loaded, stateDirectory: null },
      {
        archive: join(directory, "state"),
        choice: { ids: [], since: null, last: null },
        learn: true,
        learnScans: 1,
        emit: false,
      },
      { signal },
    );
    if (!result.ok) throw new Error(result.error.what);
    expect(result.value.cycles.map(({ report }) => judged(report))).toEqual(live.map(judged));
  };
  return Object.assign(scan, { expectReplay });
}

function judged(report: FinishedReport) {
  const steps = report.steps.map(({ anomaly, transition }) => {
    const { kind, host, port, before, after, confirmed, score } = anomaly;
    return { transition, kind, ip: host?.address, mac: host?.mac, port, before, after, confirmed, score: score.value };
  });
  // Which controls could exist then is in no XML; what they decided is.
  const { state, problems } = report.vantage;
  return { summary: report.summary, vantage: { state, problems }, steps };
}

/** What a cycle said, one line per step. */
export function said(report: FinishedReport): readonly string[] {
  return report.steps.map(
    ({ anomaly, transition }) => `${anomaly.kind} ${anomaly.host?.address ?? "segment"} ${transition}`,
  );
}

function config(lab: Lab, directory: string, more: string): LoadedConfig {
  const range = `${lab.address(10)}-17`;
  const text = `segment: lab\ntargets: ["${range}"]\nports: [21, 25, 80]\npace: normal\n${more}\n`;
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}
