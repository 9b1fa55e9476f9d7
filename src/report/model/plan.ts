/** What a scan would start: nothing is started, written or locked. */
export interface ScanPlanView {
  readonly segment: string;
  readonly addresses: number;
  readonly estimate: PlanEstimate;
  readonly shards: readonly PlannedShard[];
  /** What each host name stands for now. */
  readonly names: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** Targets that would not be measured, and what fragile hosts are spared. */
  readonly notes: readonly string[];
}

export interface PlannedShard {
  readonly shard: number;
  readonly addresses: number;
  readonly ports: number;
  readonly argv: readonly string[];
  readonly estimate: PlanEstimate;
}

export interface PlanEstimate {
  readonly packets: number;
  readonly seconds: number;
  readonly deadlineSeconds: number;
}
