import type { CycleDrift } from "../declared/compare/cycle-drift.ts";
import type { AnomalyStep } from "../domain/anomaly.ts";
import type { CycleView, ScanSummary, VantageVerdict } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import type { HealthNotice } from "../domain/event.ts";
import type { ScanFound } from "../domain/found.ts";
import { completenessNotice } from "../events/notices.ts";
import type { Advance } from "../score/life/life-cycle.ts";

/** The report of a cycle for people and programs; everything in it is already committed. */
export type CycleReport = InterruptedReport | FinishedReport;

export interface InterruptedReport {
  readonly state: "interrupted";
  readonly cycleId: string;
}

export interface FinishedReport {
  readonly state: "finished";
  readonly cycleId: string;
  readonly scanNumber: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly summary: ScanSummary;
  readonly vantage: VantageVerdict;
  /** The segment was still learning: changes are shown, nothing alerts. */
  readonly learning: boolean;
  /** Scans learned before this one, of the scans needed. */
  readonly learned: { readonly scans: number; readonly needed: number };
  /** Changes that were only learned from. */
  readonly learningChanges: readonly Deviation[];
  readonly steps: readonly AnomalyStep[];
  readonly health: readonly HealthNotice[];
  readonly drift: CycleDrift;
  /** What there is, whether it changed or not. */
  readonly found: ScanFound;
  readonly events: number;
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
  return {
    state: "finished",
    cycleId: view.context.cycleId,
    scanNumber: view.context.scanNumber,
    startedAt: view.context.startedAt,
    endedAt: view.context.endedAt,
    summary: view.summary,
    vantage: view.vantage,
    learning: !view.mature,
    learned: { scans: view.baseline.scans, needed: view.context.maturity.scans },
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
