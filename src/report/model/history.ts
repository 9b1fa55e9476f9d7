import type { Anomaly } from "../../domain/anomaly.ts";
import type { Span } from "../../domain/host-history.ts";
import type { ScanRef } from "./scans.ts";

/** What was true of one host, or of one port of it, and since when. */
export interface HistoryView {
  readonly kind: "history";
  readonly segment: string;
  readonly address: string;
  readonly name: string | null;
  /** As people write it; null: the host with all its ports. */
  readonly port: string | null;
  /** The scans that were looked at; null: none is kept. */
  readonly scans: { readonly first: ScanRef; readonly last: ScanRef; readonly count: number } | null;
  readonly spans: readonly Span<ScanRef>[];
  /** Of this host or port, the newest first. */
  readonly anomalies: readonly Pick<Anomaly, "id" | "kind" | "subject" | "state" | "firstSeen" | "lastSeen">[];
}
