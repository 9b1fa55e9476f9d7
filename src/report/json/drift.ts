import type { DriftFinding, Severity } from "../../domain/declaration.ts";
import { declaredPercent, type DriftView } from "../model/drift.ts";

const ORDER: readonly Severity[] = ["low", "medium", "high", "critical"];

/** The stable JSON of `tripline drift`. */
export function driftJson({ report, sources, exit }: Pick<DriftView, "report" | "sources" | "exit">): unknown {
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
    sources: sources.map(({ file, tool, state, entries, notes }) => ({ file, tool, state, entries, notes })),
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
