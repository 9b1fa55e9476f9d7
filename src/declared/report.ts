import type { DeclaredState, DriftFinding, Severity } from "../domain/declaration.ts";
import { endpointAt } from "../domain/network.ts";
import type { Completeness } from "../domain/nmap-run.ts";
import type { DriftReport } from "./compare/drift.ts";
import { LACKS_SOURCE, lacksSource } from "./compare/lacks-source.ts";

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

export function driftExit(report: DriftReport, state: DeclaredState, options: ExitOptions): DriftExit {
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
  report: DriftReport,
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
function declaredPercent(report: DriftReport): number | null {
  return report.live === 0 ? null : Math.floor((100 * report.explained) / report.live);
}

/** The stable JSON of `tripline drift --format json`. */
export function driftJson(report: DriftReport, state: DeclaredState, exit: DriftExit): unknown {
  return {
    summary: {
      findings: report.findings.length,
      bySeverity: Object.fromEntries(ORDER.map((s) => [s, report.findings.filter((f) => f.severity === s).length])),
      liveEndpoints: report.live,
      declaredPercent: declaredPercent(report),
      declaredEndpoints: report.declaredEndpoints,
      notMeasured: report.notMeasured,
      unclaimed: report.unclaimed,
    },
    sources: state.sources.map(({ file, tool, state: how, entries, notes }) => ({
      file,
      tool,
      state: how,
      entries,
      notes,
    })),
    findings: report.findings.map(findingJson),
    exit: { code: exit.code, reasons: exit.reasons },
  };
}

function findingJson(finding: DriftFinding): unknown {
  const { declaration, port } = finding;
  const source = declaration?.sources[0];
  return {
    kind: finding.kind,
    severity: finding.severity,
    host: finding.host,
    port: port?.number ?? null,
    protocol: port?.transport ?? null,
    verdict: finding.intent,
    declared:
      declaration === null
        ? null
        : {
            address: declaration.owner.address,
            port: finding.declaredPort?.number ?? null,
            service: declaration.app.protocol,
            source: source === undefined ? null : { file: source.file, line: source.line },
          },
    observed: finding.observed,
    reason: finding.reason,
  };
}

/** For people: totals, then findings by severity with the declaring line. */
export function driftTable(report: DriftReport, state: DeclaredState): string {
  const percent = declaredPercent(report);
  const read = state.sources.filter((source) => source.state === "read").length;
  const head =
    `declared ${percent === null ? "—" : `${percent} %`} of ${report.live} live endpoints · ${report.findings.length} findings · ` +
    `${read} of ${state.sources.length} sources read · ${report.notMeasured} not measured · ${report.unclaimed} unclaimed`;
  const warnings = state.sources.filter((source) => source.state === "read").flatMap((source) => source.notes);
  const hint = lacksSource(report) ? [LACKS_SOURCE] : [];
  const lines = report.findings.map(
    (f) => `  ${f.severity.padEnd(8)}  ${f.kind.padEnd(25)}  ${whereOf(f).padEnd(24)}  ${f.reason}`,
  );
  return [head, ...hint, ...warnings.map((note) => `  warning   ${note}`), ...lines].join("\n");
}

function whereOf(finding: DriftFinding): string {
  return finding.port === null ? finding.host : endpointAt(finding.host, finding.port);
}
