import type { AnomalyStep } from "../../domain/anomaly.ts";
import type { ScanSummary, VantageVerdict } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { HealthNotice } from "../../domain/event.ts";
import type { SafeOccasion } from "../../domain/safe-period.ts";
import type { ScanFound } from "../../domain/found.ts";
import { type StepLine, stepLine, whereText, worstFirst } from "./anomaly.ts";
import type { Delivery } from "./delivery.ts";

/** A cycle that ended: the part of the pipeline's report that people and programs see. */
export interface CycleOutcome {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly summary: Omit<ScanSummary, "comparability">;
  readonly vantage: VantageVerdict;
  /** The segment was still learning: changes are shown, nothing alerts. */
  readonly learning: boolean;
  /** Scans learned before this one, of the scans needed. */
  readonly learned: { readonly scans: number; readonly needed: number };
  /** Absent: every scan teaches. */
  readonly safe?: SafeOccasion;
  /** Changes that were only learned from, or are held because nothing is learned in this scan. */
  readonly learningChanges: readonly Deviation[];
  readonly steps: readonly AnomalyStep[];
  readonly health: readonly HealthNotice[];
  /** What there is, whether it changed or not. */
  readonly found: ScanFound;
  readonly events: number;
}

/** One or more cycles: a scan, recorded files, a replay. */
export interface ScanView {
  readonly kind: "scan";
  readonly segment: string;
  readonly cycles: readonly CycleView[];
  /** The outcome of the events; null: the store is gone already. */
  readonly delivery: Delivery | null;
}

export interface CycleView {
  /** What a scan that was taken before is called; null: it was taken now. */
  readonly file: string | null;
  readonly outcome: CycleOutcome;
  /** What it found, where that is news: nothing was learned before. */
  readonly firstLook: ScanFound | null;
  /** Steps of anomalies, the worst first, without what the first look at declarations only lists. */
  readonly steps: readonly StepLine[];
  readonly inventories: readonly Inventory[];
  /** While learning: what changed, and is learned. */
  readonly learned: readonly LearnedChange[];
  /** What a person would look at first; null: nothing is open. */
  readonly next: StepLine | null;
}

/** What the first look at one source of declarations found. */
export interface Inventory {
  readonly file: string;
  readonly findings: number;
}

export interface LearnedChange {
  readonly kind: Deviation["kind"];
  readonly where: string;
  readonly from: string | null;
  readonly to: string | null;
}

export function scanView(
  cycles: readonly { readonly file: string | null; readonly report: CycleOutcome }[],
  about: Pick<ScanView, "segment" | "delivery">,
): ScanView {
  return { kind: "scan", ...about, cycles: cycles.map(({ file, report }) => cycleView(report, file)) };
}

export function cycleView(outcome: CycleOutcome, file: string | null = null): CycleView {
  const steps = outcome.steps
    .filter((step) => !isInventory(step))
    .map(stepLine)
    .toSorted(worstFirst);
  const open = steps.filter((step) => step.state === "open");
  return {
    file,
    outcome,
    firstLook: outcome.learned.scans === 0 && outcome.found.hosts > 0 ? outcome.found : null,
    steps,
    inventories: inventories(outcome.steps),
    learned: outcome.learningChanges.map((d) => ({ kind: d.kind, where: whereText(d), from: d.from, to: d.to })),
    next: open.find((step) => step.notable) ?? open[0] ?? null,
  };
}

/** What a first look at declarations found says something about them, not about a change. */
function isInventory({ anomaly, transition, notable }: AnomalyStep): boolean {
  return transition === "opened" && anomaly.declared?.firstEvaluation === true && !notable;
}

function inventories(steps: readonly AnomalyStep[]): readonly Inventory[] {
  const byFile = Map.groupBy(
    steps.filter(isInventory),
    (step) => step.anomaly.declared?.source?.file ?? "the declarations",
  );
  return [...byFile].map(([file, all]) => ({ file, findings: all.length }));
}
