import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scanRecorded } from "../../src/app/operations/scan-recorded.ts";
import type { AnomalyJson } from "../../src/report/json/anomaly.ts";
import { scanJson, type ScanJson } from "../../src/report/json/scan.ts";
import { scanView } from "../../src/report/model/scan.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import { groundOf } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type Recording, xmlOf } from "./recording.ts";

export interface SeriesOptions {
  readonly learnScans?: number;
  readonly loaded?: LoadedConfig | null;
  /** Default: one that lasts as long as the test, so that its events are checked. */
  readonly state?: string;
  /** Number of the first file on the clock of the series. */
  readonly from?: number;
}

/** Successive recordings, half an hour apart, as `tripline scan --from-xml A.xml B.xml … --learn-scans N` reads them. */
export async function play(series: readonly Recording[], options: SeriesOptions = {}): Promise<ScanJson> {
  const directory = tempDir();
  const files = series.map((recording, i) => {
    const file = join(directory, `${i}.xml`);
    writeFileSync(file, xmlOf(recording, i + (options.from ?? 0)));
    return file;
  });
  const names = files.map((_, i) => `${i}.xml`);
  const result = await scanRecorded(
    groundOf(options.loaded ?? null, options.state ?? join(directory, "state")),
    { files, names, learnScans: options.learnScans ?? 1, learn: true, emit: false },
    { signal: new AbortController().signal },
  );
  if (!result.ok) throw new Error(result.error.what);
  return scanJson(scanView(result.value.cycles, { segment: "recorded", delivery: null }));
}

/** `kind address port state severity`, one line an anomaly: what a reader of the JSON sees first. */
export function told(json: ScanJson): readonly string[] {
  return json.anomalies.map((a) => [a.kind, placeOf(a), a.state === "open" ? "" : a.state].filter(Boolean).join(" "));
}

function placeOf(anomaly: AnomalyJson): string {
  const at = anomaly.host?.ip ?? `${anomaly.members.length} hosts`;
  return anomaly.port === null ? at : `${at}:${anomaly.port.number}/${anomaly.port.protocol}`;
}
