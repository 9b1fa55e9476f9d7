import type { DeclaredState } from "../../domain/declaration.ts";
import type { Completeness } from "../../domain/nmap-run.ts";
import { type DriftInput, type DriftReport, drift } from "./drift.ts";

/** What was seen of a network, by a cycle now or in scans that were recorded. */
export interface SeenNetwork extends Omit<DriftInput, "state" | "vantageDegraded"> {
  readonly completeness: Completeness;
  /** Why it is not complete, with the file where there are several. */
  readonly incomplete: readonly string[];
  /** Then nothing absent is concluded. */
  readonly degraded: boolean;
}

/** Declarations against the wire, as both a cycle and `tripline drift` report it. */
export interface DriftOutcome extends Pick<SeenNetwork, "completeness" | "incomplete" | "degraded"> {
  readonly report: DriftReport;
  /** What was compared. */
  readonly state: DeclaredState;
}

/** Pure: the same declarations and the same scan give the same outcome. */
export function compareDeclared(state: DeclaredState, seen: SeenNetwork): DriftOutcome {
  const { completeness, incomplete, degraded, ...network } = seen;
  return { report: drift({ ...network, state, vantageDegraded: degraded }), state, completeness, incomplete, degraded };
}
