import type { CycleContext, ScanSummary, VantageVerdict } from "../domain/cycle.ts";

/** What every event needs; a cycle context is one, an operator command makes one without a cycle. */
export type EventContext = Pick<
  CycleContext,
  | "installId"
  | "vantage"
  | "namespace"
  | "committedAt"
  | "agentVersion"
  | "alertAt"
  | "labels"
  | "tags"
  | "publicUrl"
  | "docsBase"
  | "maturity"
>;

/** What the events of a cycle share. */
export interface CycleFacts {
  readonly context: CycleContext;
  readonly summary: ScanSummary;
  readonly vantage: VantageVerdict;
}
