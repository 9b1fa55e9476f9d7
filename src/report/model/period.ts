import type { ManyView } from "./many.ts";

/** What learning a recorded period as safe would do, or did. Times are ISO 8601. */
export interface PeriodView {
  readonly done: boolean;
  readonly segment: string;
  readonly from: string;
  readonly to: string;
  /** Those that are learned. */
  readonly scans: number;
  /** Of these, those that count for maturity from now on. */
  readonly counted: number;
  readonly leftOut: number;
  readonly hosts: { readonly changed: number; readonly added: number };
  /** Anomalies that it accepts, the worst first. */
  readonly matched: ManyView["matched"];
}
