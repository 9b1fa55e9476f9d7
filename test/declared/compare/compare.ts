import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { drift, type DriftReport } from "../../../src/declared/compare/drift.ts";
import { inventory } from "../../../src/declared/readers/inventory/read.ts";
import { readSources } from "../../../src/declared/readers/read-sources.ts";
import type { PortField } from "../../../src/domain/fields/port.ts";
import type { DeclaredState } from "../../../src/domain/declaration.ts";
import { portKey } from "../../../src/domain/network.ts";
import { mergeObservations } from "../../../src/scan/quality/merge.ts";
import { readRecordedScan } from "../../../src/scan/recorded.ts";
import { nmapXml, type PortSpec } from "../../support/nmap-xml.ts";
import { tempDir } from "../../support/temp-dir.ts";

export const HEAD = "host,port,proto,service\n";

export interface CompareOptions {
  readonly completeFor?: readonly string[];
  readonly degraded?: boolean;
  /** What is remembered of ports of the host, by port key. */
  readonly remembered?: Readonly<Record<string, Partial<Record<PortField, string>>>>;
  readonly now?: number;
  /** The scanned host; 10.0.0.5 when nothing is given. */
  readonly address?: string;
  /** Our own address, where it is known. */
  readonly vantageAddress?: string;
}

export interface Compared {
  readonly state: DeclaredState;
  readonly report: DriftReport;
  /** `kind port`, one line a finding. */
  readonly kinds: readonly string[];
}

/** One host with these open ports against this inventory. */
export async function compare(
  csv: string,
  ports: readonly PortSpec[],
  options: CompareOptions = {},
): Promise<Compared> {
  const directory = tempDir();
  writeFileSync(join(directory, "inv.csv"), csv);
  writeFileSync(
    join(directory, "scan.xml"),
    nmapXml({
      hosts: [{ address: options.address ?? "10.0.0.5", ports }],
      scaninfo: [{ type: "syn", protocol: "tcp", services: "1-1000,2222,8080,8081" }],
    }),
  );
  const completeFor = options.completeFor ?? [];
  const setting = { reader: inventory, options: {}, pattern: "inv.csv", completeFor, maxAgeMs: null, directory };
  const state = await readSources([setting], { readers: [inventory], now: options.now ?? 1, previous: null });
  const { run } = await readRecordedScan(join(directory, "scan.xml"));
  const report = drift({
    state,
    observations: mergeObservations([run]),
    vantageDegraded: options.degraded ?? false,
    vantageAddress: options.vantageAddress ?? null,
    remembered: (_, port) => new Map(Object.entries(options.remembered?.[portKey(port)] ?? {}).filter(isField)),
  });
  return { state, report, kinds: report.findings.map((f) => `${f.kind} ${f.port?.number ?? ""}`.trim()) };
}

function isField(entry: [string, string]): entry is [PortField, string] {
  return entry[1] !== "";
}
