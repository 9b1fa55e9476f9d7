import type { Option } from "commander";
import type { Severity } from "../../domain/declaration.ts";
import type { Delivery } from "../../report/model/delivery.ts";
import { type CycleOutcome, scanView } from "../../report/model/scan.ts";
import { deliveryText } from "../../report/text/delivery.ts";
import { exitCodeOf } from "../exit-codes.ts";
import { type CommandIo, complain, type GlobalOptions } from "../io.ts";
import { oneOf } from "../option-values.ts";
import { complainOf, printView } from "../print-result.ts";

/** How commands that run cycles (`scan`, `replay`) show the outcome, and the exit code they end with. */
export interface CycleOptions extends GlobalOptions {
  readonly failOn?: Severity;
  readonly strict?: boolean;
}

export interface ShownCycles {
  readonly cycles: readonly { readonly file: string | null; readonly report: CycleOutcome }[];
  readonly segment: string;
  /** The outcome of the events; null: the store is gone already. */
  readonly delivery: Delivery | null;
  /** What had happened to the state before it was opened. */
  readonly opening: readonly string[];
  /** `agent`: it sends what waits, and nothing needs to be done. */
  readonly sends?: "agent";
}

const SEVERITIES: readonly Severity[] = ["low", "medium", "high", "critical"];

export function failOnOption(): Option {
  return oneOf("--fail-on <severity>", "exit 10 at this severity or above", SEVERITIES);
}

export function showCycles(io: CommandIo, options: CycleOptions, shown: ShownCycles): number {
  const { cycles, segment, delivery } = shown;
  printView(io, options, scanView(cycles, { segment, delivery }));
  for (const line of shown.opening) complain(io, `tripline: ${line}`);
  if (delivery !== null && shown.sends !== "agent") complainOf(io, deliveryText(delivery, options.quiet === true));
  return codeFor(options, shown);
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
