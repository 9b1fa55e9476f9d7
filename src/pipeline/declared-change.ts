import { driftOfCycle } from "../declared/compare/cycle-drift.ts";
import { isSameDeclared } from "../declared/compare/look-progress.ts";
import { firstLookNotice } from "../declared/compare/summary.ts";
import { detect } from "../detect/registry.ts";
import type { CycleContext, ScanSummary, VantageVerdict } from "../domain/cycle.ts";
import type { DeclaredState, EvaluatedState } from "../domain/declaration.ts";
import type { Evaluation } from "../domain/evaluation.ts";
import { withTags } from "../domain/host-ref.ts";
import type { DeclaredReader } from "../domain/ports/declared-reader.ts";
import type { CycleRecord, CycleStore, HistoryStore } from "../domain/ports/stores.ts";
import { safeOccasion } from "../domain/safe-period.ts";
import type { CyclePolicy, TickContext } from "../domain/tick.ts";
import { hostsOf } from "../events/host-now.ts";
import { sourceNotices } from "../events/notices.ts";
import type { ScoringRules } from "../score/weigh/rules.ts";
import { excuse } from "./changes.ts";
import { type EvaluationReport, evaluate } from "./evaluate.ts";
import { evidenceOf } from "./judge.ts";
import { inside, viewAgain } from "./view-again.ts";

export interface DeclaredChange {
  readonly evaluation: Evaluation;
  /** As the configuration is now; which cycle is judged says the store. */
  readonly context: Omit<TickContext, "cycleId" | "profile">;
  readonly policy: Pick<CyclePolicy, "hostTags" | "mutes" | "changes" | "maintenance" | "safe">;
  /** Hosts that were scanned and are no longer targets are left out. */
  readonly inScope: (address: string) => boolean;
}

export interface ChangeDeps {
  readonly store: CycleStore;
  readonly history: Pick<HistoryStore, "lastCycle" | "runsOf">;
  /** Null: nothing is declared. */
  readonly readDeclared: DeclaredReader | null;
  readonly rules: ScoringRules;
}

/**
 * What is declared changed between two scans: what the last scan saw is compared with it at once. Null when nothing
 * changed, or when there is no scan of the whole segment to compare with; then the next scan does it.
 */
export function evaluateDeclared(
  change: DeclaredChange,
  deps: ChangeDeps,
  signal: AbortSignal,
): Promise<EvaluationReport | null> {
  return deps.store.exclusively(() => compareWithLastScan(change, deps, signal));
}

async function compareWithLastScan(
  change: DeclaredChange,
  deps: ChangeDeps,
  signal: AbortSignal,
): Promise<EvaluationReport | null> {
  const { store, history, readDeclared, rules } = deps;
  const { segment } = change.context.vantage;
  const declaredBefore = await store.loadDeclared(segment);
  const declared = readDeclared === null ? null : await readDeclared(declaredBefore, signal);
  if (isUnchanged(declared, declaredBefore)) return null;
  const last = judgedCycle(await history.lastCycle(segment));
  const runs = last === null ? [] : await history.runsOf(last.record.id);
  if (last === null || runs.length === 0) return null;

  const baseline = await store.loadBaseline(segment);
  const anomalies = await store.loadAnomalies(segment);
  const past = store.pastAnomalies(segment);
  const mutes = [...change.policy.mutes, ...(await store.loadMutes())];
  const context = await contextOf(change, last.record, store);
  const view = viewAgain(context, baseline, { ...last, runs: runs.map((run) => inside(run, change.inScope)) });
  const drift = driftOfCycle(view, { declared, declaredBefore });
  const changes = await store.loadChanges(segment);
  const news = detect(view, drift).map((found) => withTags(found, change.policy.hostTags));
  const { deviations } = excuse(news, view, { memory: { changes, anomalies }, policy: change.policy });
  const health = [...sourceNotices(declaredBefore, declared), ...drift.look.summaries.map(firstLookNotice)];
  return evaluate(
    {
      ...evidenceOf(view, deviations, drift),
      ...last,
      hosts: hostsOf(view, change.policy.hostTags),
      evaluation: change.evaluation,
      declared: drift.look.keep,
      health,
      memory: { baseline, anomalies, past, mutes },
      rules,
    },
    store,
  );
}

function isUnchanged(now: DeclaredState | null, before: EvaluatedState | null): boolean {
  return before === null ? now === null : isSameDeclared(now ?? { declarations: [], sources: [] }, before);
}

interface Judged {
  readonly record: CycleRecord;
  readonly summary: ScanSummary;
  readonly vantage: VantageVerdict;
}

/** Declarations are not compared with a partial or failed scan. */
function judgedCycle(record: CycleRecord | null): Judged | null {
  if (record === null || record.summary === null || record.vantage === null) return null;
  const { summary, vantage } = record;
  return summary.narrowed || summary.completeness === "failed" ? null : { record, summary, vantage };
}

/** The cycle's own context, at the time of this evaluation: what it finds, it finds now. */
async function contextOf(
  { evaluation, context, policy }: DeclaredChange,
  record: CycleRecord,
  store: CycleStore,
): Promise<CycleContext> {
  const { id: cycleId, profile, scanNumber, startedAt } = record;
  const at = { startedAt, endedAt: evaluation.at, committedAt: evaluation.at };
  const safe = safeOccasion(policy.safe, { startedAt, endedAt: record.endedAt ?? startedAt });
  return { ...context, cycleId, profile, scanNumber, installId: await store.installId(), ...at, ...safe };
}
