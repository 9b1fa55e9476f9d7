import type { ShownSafe } from "./safe.ts";

/** How much of a segment is learned, and whether changes are judged yet. */
export interface BaselineView {
  readonly kind: "baseline";
  readonly segment: string;
  readonly mature: boolean;
  readonly scans: number;
  readonly scansNeeded: number;
  readonly timeNeeded: string;
  /** ISO 8601. */
  readonly since: string | null;
  readonly lastScan: string | null;
  readonly vantage: "ok" | "degraded";
  readonly hosts: number;
  readonly openPorts: number;
  readonly timeNeededMs: number;
  /** Absent: every scan teaches. */
  readonly safe?: ShownSafe;
}
