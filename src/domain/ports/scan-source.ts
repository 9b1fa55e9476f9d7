import type { SegmentBaseline } from "../baseline.ts";
import type { DeclaredState } from "../declaration.ts";
import type { NmapRun } from "../nmap-run.ts";

/** One shard's facts, as soon as its nmap processes have their verdicts. */
export interface ScannedShard {
  readonly shard: number;
  readonly elapsedMs: number;
  readonly runs: readonly NmapRun[];
}

/** What decides what to ask, beside the configuration. */
export interface ScanKnowledge {
  readonly baseline: SegmentBaseline;
  readonly declared: DeclaredState | null;
  /** Runs of the shards that were committed before this cycle was interrupted; none in a new cycle. */
  readonly finished: readonly NmapRun[];
}

/** Where the facts come from: nmap now, or what was recorded. */
export interface ScanSource {
  /** The shards in their order, without those that `known.finished` holds. */
  shards(known: ScanKnowledge, signal: AbortSignal): AsyncIterable<ScannedShard>;
  readonly extent: () => ScanExtent;
}

/** How far a scan reached, beside what its runs say. */
export interface ScanExtent {
  /** Hosts that lay outside the configured scope: dropped, counted. */
  readonly outOfScope: number;
  /** Targets that could not be asked at all, each with the reason: what is behind them is unmeasured. */
  readonly gaps: readonly string[];
  /** Only a part of the scope was asked, on purpose: such a scan does not count as one of the segment. */
  readonly narrowed: boolean;
  /** What it means to ask; absent where only its runs can say it. */
  readonly asked?: AskedTargets;
}

/** What a scan asks, in the words of its configuration. */
export interface AskedTargets {
  /** Of the listed networks and addresses, without those that are excluded: canonical CIDRs. */
  readonly networks: readonly string[];
  /** Each listed name with the addresses it stands for now. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}
