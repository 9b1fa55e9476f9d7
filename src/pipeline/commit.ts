import type { ChangesAfter } from "./changes.ts";
import type { CycleDrift } from "../declared/compare/cycle-drift.ts";
import type { SegmentBaseline } from "../domain/baseline.ts";
import { verdictsOf } from "../declared/compare/verdicts.ts";
import { firstLookNotice } from "../declared/compare/summary.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { HealthNotice } from "../domain/event.ts";
import type { Memory } from "../domain/memory.ts";
import type { CycleCommit, CycleRecord, CycleState, ObservationMark } from "../domain/ports/stores.ts";
import { encodeCycle } from "../events/encode-cycle.ts";
import type { CycleTick } from "../domain/tick.ts";
import { cycleNotices, sourceNotices } from "../events/notices.ts";
import { markOf, observationChanges } from "../events/observation.ts";
import { hostsOf } from "../events/host-now.ts";
import type { Advance } from "../score/life/life-cycle.ts";
import { exposures } from "../score/weigh/exposure.ts";
import type { ScoringRules } from "../score/weigh/rules.ts";

export interface CommitInput {
  readonly memory: Memory;
  readonly view: CycleView;
  readonly drift: CycleDrift;
  readonly judged: Advance;
  readonly changes: ChangesAfter;
  readonly rules: ScoringRules;
  /** What the operator put on hosts, by address. */
  readonly tagsOf: (address: string) => readonly string[];
  /** As the cycle began with it. */
  readonly plan: string | null;
  readonly learned: {
    readonly baseline: SegmentBaseline;
    readonly touched: ReadonlySet<string>;
    readonly learningChanges: number;
  };
}

/** Everything judged and every event of the cycle, ready for one transaction. Pure: the bodies are frozen here. */
export function encodeCommit(input: CommitInput): {
  readonly cycle: CycleCommit;
  readonly health: readonly HealthNotice[];
} {
  const { memory, view, drift, judged, learned, changes } = input;
  const health = [
    ...cycleNotices(view, learned.baseline),
    ...sourceNotices(memory.declaredBefore, memory.declared),
    ...drift.look.summaries.map(firstLookNotice),
    ...changes.notices,
  ];
  const now = view.context.committedAt;
  const marks: ObservationMark[] = [];
  const events = encodeCycle({
    context: view.context,
    summary: view.summary,
    vantage: view.vantage,
    hosts: hostsOf(view, input.tagsOf),
    exposureOf: exposures(input.rules),
    declaredAt: drift.outcome === null ? () => null : verdictsOf(drift.outcome.report),
    declared: drift.outcome?.report ?? null,
    steps: judged.steps,
    members: judged.members,
    health,
    observations: noting(observationChanges(view, memory.marks, now), (change) => marks.push(markOf(change, now))),
    learningChanges: judged.learning.length,
    outbox: null,
  });
  const cycle: CycleCommit = {
    cycle: recordOf(view, judged.learning.length, input.plan),
    baseline: learned.baseline,
    touchedHosts: learned.touched,
    anomalies: judged.changed,
    observationMarks: marks,
    declared: drift.look.keep,
    changes: changes.changed,
    events,
    committedAt: now,
  };
  return { cycle, health };
}

/** The same items, each shown to `note` as it passes. */
function* noting<T>(items: Iterable<T>, note: (item: T) => unknown): Generator<T, void> {
  for (const item of items) {
    note(item);
    yield item;
  }
}

/** The row of a cycle that begins. */
export function runningRecord({ context, resume }: CycleTick, { startedAt, scanNumber }: Memory): CycleRecord {
  return {
    id: context.cycleId,
    segment: context.vantage.segment,
    profile: context.profile,
    state: "running",
    startedAt,
    endedAt: null,
    scanNumber,
    summary: null,
    vantage: null,
    learningChanges: 0,
    plan: resume.plan,
  };
}

function recordOf(view: CycleView, learningChanges: number, plan: string | null): CycleRecord {
  const { context, summary, vantage } = view;
  return {
    id: context.cycleId,
    segment: context.vantage.segment,
    profile: context.profile,
    state: stateOf(view),
    startedAt: context.startedAt,
    endedAt: context.endedAt,
    scanNumber: context.scanNumber,
    summary,
    vantage,
    learningChanges,
    plan,
  };
}

function stateOf(view: CycleView): CycleState {
  if (view.summary.completeness !== "complete") return view.summary.completeness;
  return view.vantage.state === "degraded" ? "degraded" : "done";
}
