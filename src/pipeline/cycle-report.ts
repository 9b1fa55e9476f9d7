import type { CycleDrift } from "../declared/compare/cycle-drift.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { HealthNotice } from "../domain/event.ts";
import type { ScanFound } from "../domain/found.ts";
import { completenessNotice } from "../events/notices.ts";
import type { CycleOutcome } from "../report/model/scan.ts";
import type { Advance } from "../score/life/life-cycle.ts";

/** The report of a cycle for people and programs; everything in it is already committed. */
export type CycleReport = InterruptedReport | FinishedReport;

export interface InterruptedReport {
  readonly state: "interrupted";
  readonly cycleId: string;
}

/** What is shown of it is the report's own type; the rest is for the program. */
export interface FinishedReport extends CycleOutcome {
  readonly state: "finished";
  readonly cycleId: string;
  readonly scanNumber: number;
  readonly drift: CycleDrift;
}

export function reportOf(input: {
  readonly view: CycleView;
  readonly judged: Advance;
  readonly drift: CycleDrift;
  readonly health: readonly HealthNotice[];
  readonly found: ScanFound;
  readonly events: number;
}): FinishedReport {
  const { view, judged, drift, health, found, events } = input;
  const notice = completenessNotice(view);
  const { comparability: _, ...summary } = view.summary;
  return {
    state: "finished",
    cycleId: view.context.cycleId,
    scanNumber: view.context.scanNumber,
    startedAt: view.context.startedAt,
    endedAt: view.context.endedAt,
    summary,
    vantage: view.vantage,
    learning: !view.mature,
    learned: { scans: view.baseline.scans, needed: view.context.maturity.scans },
    ...(view.context.safe === undefined ? {} : { safe: view.context.safe }),
    learningChanges: judged.learning,
    steps: judged.steps,
    health: notice === null ? health : [notice, ...health],
    drift,
    found,
    events,
  };
}

export function interruptedReport(cycleId: string): InterruptedReport {
  return { state: "interrupted", cycleId };
}
