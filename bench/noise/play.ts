import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scanJson, type ScanJson } from "../../src/report/json/scan.ts";
import { scanView } from "../../src/report/model/scan.ts";
import { createRuntime } from "../../src/app/runtime.ts";
import { scanRecorded } from "../../src/app/operations/scan-recorded.ts";
import type { Row } from "./rows.ts";
import type { Segment } from "./segment.ts";

export interface Played {
  readonly files: readonly [string, string];
  readonly json: ScanJson;
  readonly high: number;
  readonly lower: number;
  readonly health: readonly string[];
}

interface Place {
  readonly segment: Segment;
  readonly directory: string;
  /** Null: a state that nobody keeps. */
  readonly stateDirectory: string | null;
}

/** One row through the whole pipeline: the first scan is learned, the second judged, as `--learn-scans 1` does. */
export async function playRow(row: Row, { segment, directory, stateDirectory }: Place): Promise<Played> {
  const files = [join(directory, `row${row.n}-first.xml`), join(directory, `row${row.n}-second.xml`)] as const;
  writeFileSync(files[0], segment.scanXml(0, segment.hosts));
  writeFileSync(files[1], row.second(segment));
  const result = await scanRecorded(
    { runtime: createRuntime(), loaded: null, stateDirectory },
    { files, names: files, learnScans: 1, learn: true, emit: false },
    { signal: new AbortController().signal },
  );
  if (!result.ok) throw new Error(`row ${row.n}: ${result.error.what}`);
  const json = scanJson(scanView(result.value.cycles, { segment: "noise", delivery: null }));
  const high = json.anomalies.filter((a) => a.severity === "high" || a.severity === "critical").length;
  return { files, json, high, lower: json.anomalies.length - high, health: json.health.map((h) => h.kind) };
}

/** What differs from the right answer; empty = right. */
export function faults({ expected }: Row, played: Played): readonly string[] {
  const second = played.json.cycles[1];
  const health = [...new Set(played.health.filter((kind) => kind !== "rebaselined"))];
  return [
    ...(played.high === expected.high ? [] : [`${played.high} high instead of ${expected.high}`]),
    ...(played.lower <= expected.lowAtMost ? [] : [`${played.lower} lower, at most ${expected.lowAtMost}`]),
    ...(second?.verdict === expected.verdict ? [] : [`verdict ${second?.verdict} instead of ${expected.verdict}`]),
    ...(second?.completeness === expected.completeness
      ? []
      : [`${second?.completeness} instead of ${expected.completeness}`]),
    ...(health.join() === expected.health.join()
      ? []
      : [`health ${health.join(", ") || "none"} instead of ${expected.health.join(", ") || "none"}`]),
  ];
}
