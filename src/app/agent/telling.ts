import type { Profile } from "../../domain/scan-plan.ts";
import type { CycleReport, FinishedReport } from "../../pipeline/cycle-report.ts";
import type { Telemetry } from "../../telemetry/happenings.ts";
import { type OperationFailure, storeFailure } from "../failure.ts";
import { cycleView } from "../../report/model/scan.ts";
import { tellNews } from "./telling-news.ts";

/** What becomes of a tick, as one log line and one counter each. */
export function tellReport(telemetry: Telemetry, report: CycleReport): void {
  if (report.state === "finished") return tellFinished(telemetry, report);
  telemetry.happened("cycle-interrupted", { labels: { outcome: "interrupted" } });
}

function tellFinished(telemetry: Telemetry, report: FinishedReport): void {
  const { metrics } = telemetry;
  const { summary, steps, events, vantage } = report;
  metrics.set("tripline_last_cycle_timestamp_seconds", report.endedAt / 1000);
  metrics.set("tripline_last_cycle_duration_seconds", (report.endedAt - report.startedAt) / 1000);
  metrics.set("tripline_hosts_up", summary.hosts.up);
  metrics.set("tripline_last_cycle_coverage", summary.coverage);
  metrics.set("tripline_vantage_degraded", vantage.state === "degraded" ? 1 : 0);
  metrics.set("tripline_learning", report.learning ? 1 : 0);
  tellNews(telemetry, cycleView(report));
  for (const { kind, message, reason } of report.health)
    if (kind === "declaration-evaluated")
      telemetry.happened("declarations-evaluated", { fields: { summary: message, reason: reason ?? "" } });
  const fields = {
    completeness: summary.completeness,
    vantage: vantage.state,
    up: summary.hosts.up,
    anomalies: steps.length,
    events,
    learning: report.learning,
    ...(summary.reason === null ? {} : { reason: summary.reason }),
  };
  telemetry.happened("cycle-finished", { fields, labels: { outcome: summary.completeness } });
}

export function tellSkip(telemetry: Telemetry, profile: Profile): void {
  telemetry.happened("tick-skipped", { fields: { profile }, labels: { profile } });
}

export function tellRefusal(telemetry: Telemetry, { what, fix, code }: OperationFailure): void {
  const fields = { reason: what, fix, code };
  telemetry.happened("cycle-refused", { fields, labels: { outcome: "refused" } });
}

/** Known failures of the store bring their fix; anything else is a bug. */
export function tellFailure(telemetry: Telemetry, error: unknown): void {
  const known = storeFailure(error);
  const reason = error instanceof Error ? error.message : String(error);
  const fields = known === null ? { reason } : { reason, fix: known.fix, code: known.code };
  telemetry.happened("cycle-failed", { fields, labels: { outcome: "error" } });
}
