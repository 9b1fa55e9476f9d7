import type { CycleContext } from "../domain/cycle.ts";
import type { Mute } from "../domain/anomaly.ts";
import type { DeclaredState } from "../domain/declaration.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Prober } from "../domain/ports/prober.ts";
import type { CycleStore } from "../domain/ports/stores.ts";
import type { VantageWatch } from "../domain/ports/vantage-watch.ts";
import type { VantageLook } from "../domain/vantage.ts";
import type { ScoringRules } from "../score/weigh/rules.ts";
import type { Memory } from "./recall.ts";
import type { UnfinishedCycle } from "./resume.ts";

/** Everything about one cycle that is fixed before it starts; the rest of its context follows from the scan. */
export interface CycleTick
  extends Omit<CycleContext, "installId" | "scanNumber" | "startedAt" | "endedAt" | "committedAt"> {
  /** Null: the store's own installation id. Recorded XML derives it from the segment. */
  readonly installId: string | null;
  /** What the operator put on hosts: the first matching network gives its tags too. */
  readonly hostTags: (address: string) => readonly string[];
  /** Mutes from the configuration; those of the store are added. */
  readonly mutes: readonly Mute[];
  /** False: look and report, but leave the baseline as it is. */
  readonly learn: boolean;
  /** Digest of what decides the shards; null: recorded scans are not continued. */
  readonly plan: string | null;
  /** How the vantage looked when the tick came; null: recorded. */
  readonly before: VantageLook | null;
  /** The interrupted cycle this one goes on with, under its id; null = a new cycle. */
  readonly unfinished: UnfinishedCycle | null;
}

/** One shard's facts, as soon as its nmap processes have their verdicts. */
export interface ScannedShard {
  readonly shard: number;
  readonly elapsedMs: number;
  readonly runs: readonly NmapRun[];
}

/** Where the facts come from: nmap now, or what was recorded. */
export interface ScanSource {
  /** The shards in their order, without those that `memory.finished` holds. */
  shards(memory: Memory, signal: AbortSignal): AsyncIterable<ScannedShard>;
  readonly extent: () => ScanExtent;
}

/** How far a scan reached, beside what its runs say. */
export interface ScanExtent {
  /** Hosts that lay outside the configured scope: dropped, counted. */
  readonly outOfScope: number;
  /** Targets that could not be asked at all, each with the reason: what stands behind them is unmeasured. */
  readonly gaps: readonly string[];
  /** Only a part of the scope was asked, on purpose: such a scan does not count as one of the segment. */
  readonly narrowed: boolean;
}

/** The seams a cycle works through. */
export interface CycleRooms {
  readonly store: CycleStore;
  readonly source: ScanSource;
  readonly prober: Prober;
  /** Looks at the vantage again after the scan; null: recorded. */
  readonly watch: VantageWatch | null;
  /** Reads the declarations; what cannot be read keeps its last good state. Null: nothing is declared. */
  readonly readDeclared: ((previous: DeclaredState | null, signal: AbortSignal) => Promise<DeclaredState>) | null;
  readonly rules: ScoringRules;
  readonly clock: Clock;
}
