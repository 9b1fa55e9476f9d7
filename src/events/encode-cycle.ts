import type { AnomalyStep } from "../domain/anomaly.ts";
import type { CycleContext, ScanSummary, VantageVerdict } from "../domain/cycle.ts";
import type { EventDocument, HealthNotice } from "../domain/event.ts";
import { encodeStep } from "./anomaly.ts";
import type { DeclaredShare } from "../domain/declaration.ts";
import type { CycleFacts, Meaning } from "./context.ts";
import { encodeCycleHealth } from "./health-event.ts";
import type { HostsNow } from "./host-now.ts";
import { numbered } from "./numbered.ts";
import { encodeObservation } from "./observation-event.ts";
import type { ObservationChange } from "./observation-change.ts";
import { encodeScan, type OutboxFill, scanKind } from "./scan.ts";

/** Everything of a cycle that becomes an event. */
export interface CycleEvents extends Meaning {
  readonly context: CycleContext;
  readonly summary: ScanSummary;
  readonly vantage: VantageVerdict;
  readonly hosts: HostsNow;
  readonly steps: readonly AnomalyStep[];
  /** Of those that groups stand for. */
  readonly members: readonly AnomalyStep[];
  readonly health: readonly HealthNotice[];
  /** Taken one by one: each is gone when its event is made. */
  readonly observations: Iterable<ObservationChange>;
  /** Null: nothing is declared. */
  readonly declared: DeclaredShare | null;
  readonly learningChanges: number;
  readonly outbox: OutboxFill | null;
}

/**
 * The events of one cycle in the order they leave: anomalies, members of groups, observations, health, and last the scan event, which
 * thereby says that everything before it was sent. Same input, same bytes.
 */
export function encodeCycle(input: CycleEvents): readonly EventDocument[] {
  const { context, summary, vantage, hosts } = input;
  const facts: CycleFacts = { context, summary, vantage, hosts };
  const own = scanKind(input.summary.completeness);
  return [
    ...[...input.steps, ...input.members].map((step) => encodeStep(step, facts)),
    ...Array.from(input.observations, (change) => encodeObservation(change, facts, input)),
    ...numbered(input.health.filter((notice) => notice.kind !== own)).map(([notice, n]) =>
      encodeCycleHealth(notice, facts, n),
    ),
    encodeScan({
      facts,
      learningChanges: input.learningChanges,
      declared: input.declared,
      outbox: input.outbox,
      notice: input.health.find((notice) => notice.kind === own) ?? null,
    }),
  ];
}
