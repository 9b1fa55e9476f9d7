import type { ScanDiff } from "../../domain/scan-diff.ts";
import type { CycleRecord, CycleState } from "../../domain/ports/stores.ts";
import type { Profile } from "../../domain/scan-plan.ts";

/** One scan as people name it. */
export interface ScanRef {
  readonly id: string;
  /** Of this segment, from 1. */
  readonly number: number;
  readonly profile: Profile;
  readonly state: CycleState;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

interface ListedScan extends ScanRef {
  /** Null: it never came to a verdict. */
  readonly hosts: number | null;
  readonly ports: number | null;
  /** Why it was not complete, in one sentence. */
  readonly reason: string | null;
  /** Whether what it saw can still be looked at. */
  readonly kept: boolean;
}

export interface ScansView {
  readonly kind: "scans";
  readonly segment: string;
  /** The newest first. */
  readonly scans: readonly ListedScan[];
}

export interface ScanDiffView extends ScanDiff {
  readonly kind: "scan-diff";
  readonly segment: string;
  readonly before: ScanRef;
  readonly after: ScanRef;
  /** `archive`: nmap's own files, read again; `facts`: what was stored when they were read first. */
  readonly source: "archive" | "facts";
  /** What limits the comparison, a sentence each. */
  readonly notes: readonly string[];
}

export function scanRef({ id, scanNumber, profile, state, startedAt, endedAt }: CycleRecord): ScanRef {
  return { id, number: scanNumber, profile, state, startedAt, endedAt };
}

export function listedScan(cycle: CycleRecord, kept: ReadonlySet<string>): ListedScan {
  const { summary } = cycle;
  return {
    ...scanRef(cycle),
    hosts: summary?.hosts.up ?? null,
    ports: summary?.ports.open ?? null,
    reason: summary?.reason ?? null,
    kept: kept.has(cycle.id),
  };
}
