import { Option } from "commander";
import type { Delivery } from "../../app/delivery.ts";
import { scanJson } from "../../app/scan-json.ts";
import type { Severity } from "../../domain/declaration.ts";
import { isoTime } from "../../lib/time.ts";
import type { FinishedReport } from "../../pipeline/cycle-report.ts";
import { exitCodeOf } from "../exit-codes.ts";
import { type CommandIo, complain, type GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";
import { renderDelivery } from "../render/delivery.ts";
import { renderScan } from "../render/scan.ts";
import { painter } from "../render/style.ts";

/** How commands that run cycles (`scan`, `replay`) show what came of them, and the exit code they end with. */
export interface CycleOptions extends GlobalOptions {
  readonly failOn?: Severity;
  readonly strict?: boolean;
}

export interface ShownCycles {
  readonly cycles: readonly { readonly file: string | null; readonly report: FinishedReport }[];
  readonly segment: string;
  /** What became of the events; null: the store is gone already. */
  readonly delivery: Delivery | null;
  /** What had happened to the state before it was opened. */
  readonly opening: readonly string[];
}

const SEVERITIES: readonly Severity[] = ["low", "medium", "high", "critical"];

export function failOnOption(): Option {
  return new Option("--fail-on <severity>", "exit 10 at this severity or above").choices(SEVERITIES);
}

export function showCycles(io: CommandIo, options: CycleOptions, shown: ShownCycles): number {
  const { cycles, segment, delivery } = shown;
  const paint = painter(io, options);
  const text = () =>
    cycles.map(({ file, report }) => headOf(file, report) + renderScan(report, segment, paint)).join("\n\n");
  printResult(io, options, { data: { ...scanJson(cycles), delivery }, text });
  for (const line of shown.opening) complain(io, `tripline: ${line}`);
  const told = delivery === null ? "" : renderDelivery(delivery, options.quiet === true);
  if (told !== "") complain(io, told);
  return codeFor(options, shown);
}

/** Of a scan that was taken before: what it is called, and when it ended. */
function headOf(file: string | null, report: FinishedReport): string {
  return file === null ? "" : `${file} · ${isoTime(report.endedAt)}\n`;
}

function codeFor(options: CycleOptions, { cycles, delivery }: ShownCycles): number {
  const limit = options.failOn === undefined ? null : SEVERITIES.indexOf(options.failOn);
  const reports = cycles.map((cycle) => cycle.report);
  const open = reports.flatMap((report) => report.steps).filter((step) => step.anomaly.state === "open");
  return exitCodeOf({
    partial: reports.some((r) => r.summary.completeness !== "complete" || r.vantage.state === "degraded"),
    undelivered: delivery !== null && (delivery.unreachable || delivery.refused.length > 0),
    findings: limit !== null && open.some((step) => SEVERITIES.indexOf(step.anomaly.score.band) >= limit),
    strict: options.strict === true,
  });
}
