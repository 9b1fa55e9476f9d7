import type { RunEstimate, ScanPreview } from "../../domain/scan-plan.ts";

/** What a scan would start: nothing is started, written or locked. */
export interface ScanPlanView extends ScanPreview {
  readonly segment: string;
  readonly addresses: number;
  readonly estimate: RunEstimate;
  /** What each host name stands for now. */
  readonly names: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}
