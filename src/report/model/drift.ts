import type { DeclaredSource, DeclaredState, DriftFinding, Severity } from "../../domain/declaration.ts";
import type { Completeness } from "../../domain/nmap-run.ts";

/** What a comparison of declarations with the wire found: the part that people and programs see. */
export interface DriftFacts {
  /** By severity, address, port. */
  readonly findings: readonly DriftFinding[];
  /** Live open endpoints, and how many of them a declaration explains. */
  readonly live: number;
  readonly explained: number;
  /** Open ports on hosts that nobody claims: counted, no findings. */
  readonly unclaimed: number;
  /** Declared endpoints this scan says nothing about. */
  readonly notMeasured: number;
  readonly declaredEndpoints: number;
}

export interface DriftView {
  readonly kind: "drift";
  readonly report: DriftFacts;
  readonly sources: readonly DeclaredSource[];
  readonly exit: DriftExit;
  /** What the numbers suggest, one sentence each. */
  readonly hints: readonly string[];
}

export interface DriftExit {
  /** 0, 3 or 10. */
  readonly code: number;
  readonly reasons: readonly string[];
}

export interface ExitOptions {
  readonly failOn: Severity | null;
  /** Incomplete evidence wins over findings. */
  readonly strict: boolean;
  readonly completeness: Completeness;
  /** Why the scan is not complete. */
  readonly why?: readonly string[];
  readonly degraded: boolean;
}

const ORDER: readonly Severity[] = ["low", "medium", "high", "critical"];

export function driftExit(report: DriftFacts, state: DeclaredState, options: ExitOptions): DriftExit {
  const reasons = incomplete(report, state, options);
  const limit = options.failOn === null ? null : ORDER.indexOf(options.failOn);
  const found = limit === null ? [] : report.findings.filter((f) => ORDER.indexOf(f.severity) >= limit);
  const findings =
    found.length === 0 ? [] : [`${found.length} finding${found.length === 1 ? "" : "s"} at or above ${options.failOn}`];
  if (found.length > 0 && !(options.strict && reasons.length > 0))
    return { code: 10, reasons: [...findings, ...reasons] };
  return { code: reasons.length > 0 ? 3 : 0, reasons: [...reasons, ...findings] };
}

/** Why the answer is not whole. */
function incomplete(
  report: DriftFacts,
  state: DeclaredState,
  { completeness, why = [], degraded }: ExitOptions,
): readonly string[] {
  const bad = state.sources.filter((source) => source.state !== "read");
  return [
    ...(completeness === "complete" ? [] : [`the scan is ${completeness}`, ...why]),
    ...(degraded ? ["the vantage is degraded: absence is not judged"] : []),
    ...bad.flatMap((source) => source.notes.map((note) => `source ${source.state}: ${note}`)),
    ...(report.notMeasured > 0
      ? [`${report.notMeasured} of ${report.declaredEndpoints} declared endpoints were not measured`]
      : []),
    ...(bad.some((source) => source.state === "unreadable") && report.unclaimed > 0
      ? [`${report.unclaimed} open ports may be declared in a source that could not be read`]
      : []),
  ];
}

/** Share of live open endpoints that a declaration explains, in whole per cent; null without any. */
export function declaredPercent(report: DriftFacts): number | null {
  return report.live === 0 ? null : Math.floor((100 * report.explained) / report.live);
}
