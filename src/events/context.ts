import type { CycleContext, ScanSummary, VantageVerdict } from "../domain/cycle.ts";
import type { DeclaredAt } from "../domain/declaration.ts";
import type { Exposure, Facts } from "../domain/facts.ts";
import type { HostsNow } from "./host-now.ts";

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
  readonly hosts: HostsNow;
}

/** What an open port means, by its number and facts. */
export type ExposureOf = (port: number, facts: Facts) => Exposure;

/** What is known of an open port beside what it shows. */
export interface Meaning {
  readonly exposureOf: ExposureOf;
  readonly declaredAt: DeclaredAt;
}
