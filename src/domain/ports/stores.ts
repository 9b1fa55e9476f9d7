import type { AcceptUndo } from "../accept-undo.ts";
import type { Anomaly, Mute } from "../anomaly.ts";
import type { HostBaseline, SegmentBaseline } from "../baseline.ts";
import type { EvaluatedState } from "../declaration.ts";
import type { AuditEntry, EventDocument } from "../event.ts";
import type { ScanSummary, VantageVerdict } from "../cycle.ts";
import type { PastAnomalies } from "../past-anomalies.ts";
import type { NmapRun } from "../nmap-run.ts";
import type { PlannedChange } from "../planned-change.ts";
import type { Profile } from "../scan-plan.ts";

export type CycleState = "running" | "done" | "partial" | "failed" | "degraded" | "interrupted";

/** A row of the `cycle` table. */
export interface CycleRecord {
  readonly id: string;
  readonly segment: string;
  readonly profile: Profile;
  readonly state: CycleState;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly scanNumber: number;
  readonly summary: ScanSummary | null;
  readonly vantage: VantageVerdict | null;
  readonly learningChanges: number;
  /** Digest of what decides the shards and how they are asked; null: the cycle cannot be continued after a crash. */
  readonly plan: string | null;
}

/** Facts only, written as soon as a shard's runs have their verdicts: the resume unit. */
export interface ShardCommit {
  readonly cycleId: string;
  readonly shard: number;
  readonly elapsedMs: number;
  readonly runs: readonly NmapRun[];
}

/** Digest of what was last reported about a host or service in the observation family. */
export interface ObservationMark {
  readonly hostId: string;
  /** `host` or a port key. */
  readonly unit: string;
  readonly digest: string;
  readonly at: number;
}

/** Everything judged in a cycle and every event of it, in one transaction; the scan event last. */
export interface CycleCommit {
  readonly cycle: CycleRecord;
  /** Null when nothing may be learned (degraded, failed). */
  readonly baseline: SegmentBaseline | null;
  /** Ids of the hosts of `baseline` that differ from what is stored. */
  readonly touchedHosts: ReadonlySet<string>;
  /** Every anomaly whose row changed. */
  readonly anomalies: readonly Anomaly[];
  readonly observationMarks: readonly ObservationMark[];
  /** Declarations as evaluated, kept for the next cycle; null = unchanged. */
  readonly declared: EvaluatedState | null;
  /** Announced changes that explained something or ended; absent: none did. */
  readonly changes?: readonly PlannedChange[];
  readonly events: readonly EventDocument[];
  readonly committedAt: number;
}

/** Everything judged between two scans and every event of it, in one transaction. */
export interface EvaluationCommit
  extends Pick<CycleCommit, "anomalies" | "declared" | "changes" | "events" | "committedAt"> {
  readonly segment: string;
}

/** One operator action: the change, its audit row and its events, in one transaction. */
export interface OperatorCommit {
  readonly audit: AuditEntry;
  /** The other rows of the audit, where it was done to several anomalies at once. */
  readonly alsoAudit?: readonly AuditEntry[];
  readonly anomalies: readonly Anomaly[];
  readonly hosts: readonly HostBaseline[];
  /** A whole new segment baseline (relearn), or null. */
  readonly baseline: SegmentBaseline | null;
  /** The segment as a recorded period or a file teaches it, and which of its hosts that changed or brought; absent: none. */
  readonly taught?: { readonly baseline: SegmentBaseline; readonly touched: ReadonlySet<string> };
  /** What taking these accepts back needs. */
  readonly acceptUndo?: readonly AcceptUndo[];
  /** Ids of anomalies whose accept was taken back. */
  readonly undone?: readonly string[];
  readonly addMutes: readonly Mute[];
  readonly removeMutes: readonly string[];
  /** Announced or cancelled; absent: none. */
  readonly changes?: readonly PlannedChange[];
  readonly events: readonly EventDocument[];
}

/** The commit that carries health events: unique forever, even after a restored backup. */
export interface HealthCommitId {
  readonly epoch: number;
  readonly commitCounter: number;
}

/** What the store promises to a cycle. Every commit is atomic and durable when the promise resolves. */
export interface CycleStore {
  /** Read, decide, write back as one: others who do so wait for its end, in the order in which they came. Not to be nested. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Grows with every commit besides those of cycles that changes what a cycle remembers: baseline, anomalies, mutes, declarations. */
  revision(): number;
  /** Random once per store; recorded XML derives it from the segment instead. */
  installId(): Promise<string>;
  /** The next scan number of the segment, from 1. */
  nextScanNumber(segment: string): Promise<number>;
  loadBaseline(segment: string): Promise<SegmentBaseline>;
  /** `lastScanAt` of the baseline, without reading its hosts. */
  lastScanAt(segment: string): Promise<number | null>;
  /** All that are in effect: open, muted, accepted or closed as real. */
  loadAnomalies(segment: string): Promise<readonly Anomaly[]>;
  /** All others, one by one. What is asked inside {@link exclusively} has one answer. */
  pastAnomalies(segment: string): PastAnomalies;
  loadMutes(): Promise<readonly Mute[]>;
  /** Those that are announced and not over, the oldest announcement first. */
  loadChanges(segment: string): Promise<readonly PlannedChange[]>;
  /** Files of announcements that were read, by path: the digest of what was in them. */
  loadChangeFiles(): Promise<ReadonlyMap<string, string>>;
  noteChangeFile(file: { readonly name: string; readonly digest: string; readonly at: number }): Promise<void>;
  loadObservationMarks(segment: string): Promise<readonly ObservationMark[]>;
  loadDeclared(segment: string): Promise<EvaluatedState | null>;
  beginCycle(record: CycleRecord): Promise<void>;
  commitShard(commit: ShardCommit): Promise<void>;
  commitCycle(commit: CycleCommit): Promise<void>;
  /** The same commit twice changes nothing. */
  commitEvaluation(commit: EvaluationCommit): Promise<void>;
  commitOperator(commit: OperatorCommit): Promise<void>;
  /** Events about the sensor's own health outside a cycle; their ids are made from the commit they are part of. */
  commitHealth(encode: (commit: HealthCommitId) => readonly EventDocument[], at: number): Promise<void>;
  /** Cycles left `running` by a crash become `interrupted`; returns their ids. */
  closeInterrupted(at: number): Promise<readonly string[]>;
  /** The newest cycle of the segment, if it was interrupted: an older one has been overtaken. */
  loadInterrupted(segment: string): Promise<CycleRecord | null>;
  /** What the committed shards of a cycle saw, exactly as it was committed; by shard and number. */
  loadRuns(cycleId: string): Promise<readonly NmapRun[]>;
}

/** What people may look up; every list newest first. */
export interface HistoryStore {
  lastCycle(segment: string): Promise<CycleRecord | null>;
  cycles(segment: string, limit: number): Promise<readonly CycleRecord[]>;
  /** What was read from each nmap run of a cycle; with an address, of this host alone. */
  runsOf(cycleId: string, address?: string): Promise<readonly NmapRun[]>;
  anomaly(id: string): Promise<Anomaly | null>;
  anomalies(filter: {
    readonly segment: string;
    readonly states: readonly string[] | null;
    readonly since: number | null;
  }): Promise<readonly Anomaly[]>;
  audit(limit: number): Promise<readonly AuditEntry[]>;
  /** Null: it was not accepted, or too long ago, or before the segment was learned again. */
  acceptUndo(anomalyId: string): Promise<AcceptUndo | null>;
  /** Closed, accepted and reopened at or after that time, the oldest first. */
  verdicts(since: number): Promise<readonly AuditEntry[]>;
  /** Announced changes, those that are over included. */
  changes(segment: string, limit: number): Promise<readonly PlannedChange[]>;
}
