import type { Anomaly } from "./anomaly.ts";

/**
 * Anomalies that are over. There may be any number of them and a cycle meets few, so they are looked up; while a cycle judges,
 * the answers are always the same.
 */
export interface PastAnomalies {
  readonly find: (id: string) => Anomaly | null;
  /** Those about a port of this number that resolved, first seen at or after `since` (UTC ms). */
  readonly onPort: (port: number, since: number) => readonly Anomaly[];
}
