import type { Anomaly, Mute } from "./anomaly.ts";
import type { EvaluatedState } from "./declaration.ts";
import type { PastAnomalies } from "./past-anomalies.ts";
import type { PlannedChange } from "./planned-change.ts";
import type { ScanKnowledge } from "./ports/scan-source.ts";
import type { ObservationMark } from "./ports/stores.ts";

/** What is known of a segment before anything is judged: read once, and again only when somebody changed it meanwhile. */
export interface Memory extends ScanKnowledge {
  /** Of the store, when this was read; see `CycleStore.revision`. */
  readonly revision: number;
  readonly installId: string;
  readonly scanNumber: number;
  readonly startedAt: number;
  /** Those that are in effect. */
  readonly anomalies: readonly Anomaly[];
  readonly past: PastAnomalies;
  readonly mutes: readonly Mute[];
  /** Announced changes of the store. */
  readonly changes: readonly PlannedChange[];
  readonly marks: readonly ObservationMark[];
  /** What was declared when it was last evaluated; `declared` is what is declared now. */
  readonly declaredBefore: EvaluatedState | null;
}
