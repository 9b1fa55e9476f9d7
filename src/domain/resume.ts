import type { NmapRun } from "./nmap-run.ts";
import type { CycleRecord } from "./ports/stores.ts";
import type { Profile } from "./scan-plan.ts";

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
  /** UTC ms: one period ago. Older facts are an earlier scan, not the beginning of this one. */
  readonly notBefore: number;
}

/** What was scanned in this period is not scanned again, unless it was planned otherwise. */
export function mayResume(record: CycleRecord, wish: ResumeWish): boolean {
  return record.startedAt > wish.notBefore && record.plan === wish.plan && record.profile === wish.profile;
}
