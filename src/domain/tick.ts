import type { Mute } from "./anomaly.ts";
import type { CycleContext } from "./cycle.ts";
import type { HostRef } from "./deviation.ts";
import type { PlannedChange } from "./planned-change.ts";
import type { UnfinishedCycle } from "./resume.ts";
import type { SafePeriods } from "./safe-period.ts";

/** Everything about one cycle that is fixed before it starts; the rest follows from the scan. */
export interface CycleTick {
  readonly context: TickContext;
  readonly policy: CyclePolicy;
  readonly resume: CycleResume;
}

/** The context of the cycle, as far as it is known before it: its number and its times are not. */
export type TickContext = Omit<
  CycleContext,
  "installId" | "scanNumber" | "startedAt" | "endedAt" | "committedAt" | "safe"
>;

/** How the operator wants to have it judged. */
export interface CyclePolicy {
  /** Null: the store's own installation id. Recorded XML derives it from the segment. */
  readonly installId: string | null;
  /** What the operator put on hosts: the first matching network gives its tags too. */
  readonly hostTags: (address: string) => readonly string[];
  /** Mutes from the configuration; those of the store are added. */
  readonly mutes: readonly Mute[];
  /** False: look and report, but leave the baseline as it is. */
  readonly learn: boolean;
  /** Announced changes beside those of the store; what becomes of them is not kept. */
  readonly changes?: readonly PlannedChange[];
  /** Absent: there are no maintenance windows. */
  readonly maintenance?: MaintenanceTest;
  /** Absent: every cycle teaches. */
  readonly safe?: SafePeriods;
}

/** The window that a host is in at a moment (UTC ms), as the configuration says it; null: none. */
export type MaintenanceTest = (
  host: Pick<HostRef, "address" | "tags">,
  at: number,
) => { readonly window: string; readonly until: number } | null;

/** How it follows an interrupted one, and how another may follow it. */
export interface CycleResume {
  /** Digest of what decides the shards; null: recorded scans are not continued. */
  readonly plan: string | null;
  /** The interrupted cycle this one continues, under its id; null = a new cycle. */
  readonly unfinished: UnfinishedCycle | null;
}
