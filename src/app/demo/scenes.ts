import type { AnomalyStep } from "../../domain/anomaly.ts";
import { portText } from "../../domain/network.ts";
import type { FinishedReport } from "../../pipeline/cycle-report.ts";
import { CHANGES, OWN } from "./network.ts";

/** As much of a report as a scene is judged by. */
export interface Shown extends Pick<FinishedReport, "learning" | "steps"> {
  readonly summary: Pick<FinishedReport["summary"], "completeness" | "problems" | "reason">;
  readonly vantage: Pick<FinishedReport["vantage"], "state" | "reason">;
}

/** What a scan must show to be the scene it is announced as: null, or what is missing. */
export type Expectation = (report: Shown) => string | null;

/** Everything was measured, and from a vantage that can be trusted. */
function complete({ summary, vantage }: Shown): string | null {
  if (summary.completeness !== "complete")
    return `the scan is ${summary.completeness}: ${summary.reason ?? "no reason"}`;
  return vantage.state === "degraded" ? `the vantage is degraded: ${vantage.reason ?? "no reason"}` : null;
}

export function learning(report: Shown): string | null {
  return complete(report) ?? (report.learning ? null : "the baseline is mature already") ?? silent(report);
}

export function unchanged(report: Shown): string | null {
  return complete(report) ?? (report.learning ? "the baseline is still learning" : null) ?? silent(report);
}

/** nmap was ended by a signal, its file is cut, and so nothing was concluded. */
export function killed(report: Shown): string | null {
  const { completeness, problems } = report.summary;
  if (!problems.includes("signal")) return "nmap ended by itself before it could be killed";
  return completeness === "complete" ? "the killed scan counted as complete" : silent(report);
}

/** Every change has become the anomaly it must become. */
export function found(report: Shown): string | null {
  const opened = new Set(report.steps.filter((step) => step.transition === "opened").map(nameOf));
  const lacking = CHANGES.map((change) => `${change.found} ${change.where}`).filter((name) => !opened.has(name));
  return complete(report) ?? (lacking.length === 0 ? null : `not found: ${lacking.join(", ")}`);
}

/** What other programs on this machine do on the scanned ports does not affect the demo. */
function silent({ steps }: Shown): string | null {
  const said = steps.filter((step) => OWN.has(whereOf(step)));
  return said.length === 0 ? null : `something was reported: ${said.map(nameOf).join(", ")}`;
}

function nameOf(step: AnomalyStep): string {
  return `${step.anomaly.kind} ${whereOf(step)}`;
}

function whereOf({ anomaly: { host, port } }: AnomalyStep): string {
  return `${host?.address ?? "segment"}${port === null ? "" : `:${portText(port)}`}`;
}
