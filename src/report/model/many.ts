import type { Severity } from "../../domain/declaration.ts";

/** What a change of many anomalies would do, or did. */
export interface ManyView {
  readonly done: boolean;
  /** More than these are not changed at once. */
  readonly limit: number;
  /** The worst first. */
  readonly matched: readonly {
    readonly id: string;
    readonly kind: string;
    readonly severity: Severity;
    readonly score: number;
    readonly where: string;
    readonly state: string;
    readonly message: string;
  }[];
  /** Ids of rollouts of which only some hosts match. */
  readonly partly: readonly string[];
}
