import type { Memory } from "../domain/memory.ts";
import { mayResume, type ResumeWish, type UnfinishedCycle } from "../domain/resume.ts";
import type { CycleStore } from "../domain/ports/stores.ts";
import type { CycleTick } from "../domain/tick.ts";
import type { CycleDeps, CycleWork } from "./deps.ts";

/** What is known before the scan. */
export async function recall(tick: CycleTick, deps: CycleDeps, signal: AbortSignal): Promise<Memory> {
  const { store, readDeclared } = deps;
  const { policy, resume } = tick;
  const { segment } = tick.context.vantage;
  const begun = resume.unfinished?.record;
  const revision = store.revision();
  const declaredBefore = await store.loadDeclared(segment);
  return {
    revision,
    installId: policy.installId ?? (await store.installId()),
    scanNumber: begun?.scanNumber ?? (await store.nextScanNumber(segment)),
    startedAt: begun?.startedAt ?? deps.clock.now(),
    finished: resume.unfinished?.runs ?? [],
    baseline: await store.loadBaseline(segment),
    anomalies: await store.loadAnomalies(segment),
    past: store.pastAnomalies(segment),
    mutes: [...policy.mutes, ...(await store.loadMutes())],
    changes: await store.loadChanges(segment),
    marks: await store.loadObservationMarks(segment),
    declaredBefore,
    declared: readDeclared === null ? null : await readDeclared(declaredBefore, signal),
  };
}

/**
 * What a scan found out is judged by what is known then: an operator who accepted something while it ran must not be
 * overruled by what was known at its start. Without such a change nothing is read again.
 */
export async function recallAgain(work: CycleWork): Promise<Memory> {
  const { memory, deps, tick, signal } = work;
  const { store, readDeclared } = deps;
  const { segment } = tick.context.vantage;
  const revision = store.revision();
  if (revision === memory.revision) return memory;
  const declaredBefore = await store.loadDeclared(segment);
  return {
    ...memory,
    revision,
    baseline: await store.loadBaseline(segment),
    anomalies: await store.loadAnomalies(segment),
    past: store.pastAnomalies(segment),
    mutes: [...tick.policy.mutes, ...(await store.loadMutes())],
    changes: await store.loadChanges(segment),
    declaredBefore,
    declared: readDeclared === null ? null : await readDeclared(declaredBefore, signal),
  };
}

/**
 * The cycle to continue instead of beginning a new one. Null when there is none, when it is too old, was planned
 * otherwise, or did not finish a single shard.
 */
export async function findUnfinished(store: CycleStore, wish: ResumeWish): Promise<UnfinishedCycle | null> {
  const record = await store.loadInterrupted(wish.segment);
  if (record === null || !mayResume(record, wish)) return null;
  const runs = await store.loadRuns(record.id);
  return runs.length === 0 ? null : { record, runs };
}
