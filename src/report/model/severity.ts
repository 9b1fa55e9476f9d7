import type { Severity } from "../../domain/declaration.ts";

const WORST_FIRST: readonly Severity[] = ["critical", "high", "medium", "low"];

/** The order of every list of anomalies and findings: the worst first. */
export function bySeverity(a: Severity, b: Severity): number {
  return WORST_FIRST.indexOf(a) - WORST_FIRST.indexOf(b);
}
