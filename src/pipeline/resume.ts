import type { NmapRun } from "../domain/nmap-run.ts";
import type { CycleRecord, CycleStore } from "../domain/ports/stores.ts";
import type { Profile } from "../domain/scan-plan.ts";

/** A cycle that a crash or a stop cut off, with what its finished shards saw. */
export interface UnfinishedCycle {
  readonly record: CycleRecord;
  readonly runs: readonly NmapRun[];
}

export interface ResumeWish {
  readonly segment: string;
  readonly profile: Profile;
  /** As the new cycle would be planned: whoever plans otherwise must not mix its shards with older ones. */
  readonly plan: string;
  /** UTC ms: one period ago. Older facts are a former scan, not the beginning of this one. */
  readonly notBefore: number;
}

/**
 * The cycle to go on with instead of beginning a new one: what was scanned in this period is not scanned again. Null
 * when there is none, when it is too old, was planned otherwise, or did not finish a single shard.
 */
export async function findUnfinished(store: CycleStore, wish: ResumeWish): Promise<UnfinishedCycle | null> {
  const record = await store.loadInterrupted(wish.segment);
  if (record === null || record.startedAt <= wish.notBefore) return null;
  if (record.plan !== wish.plan || record.profile !== wish.profile) return null;
  const runs = await store.loadRuns(record.id);
  return runs.length === 0 ? null : { record, runs };
}
