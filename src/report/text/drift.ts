import type { DriftFinding } from "../../domain/declaration.ts";
import { endpointAt } from "../../domain/network.ts";
import { declaredPercent, type DriftView } from "../model/drift.ts";
import { bySeverity } from "../model/severity.ts";
import { counted, key, labelled, lines, severityCell, type TextDocument, text } from "./document.ts";

const COLUMNS = [key("SEV"), key("WHAT"), key("WHERE"), text("WHY")];

/** For people: totals, then findings by severity with the declaring line. */
export function driftText({ report, sources, hints }: DriftView): TextDocument {
  const percent = declaredPercent(report);
  const read = sources.filter((source) => source.state === "read");
  const head =
    `declared ${percent === null ? "—" : `${percent} %`} of ${counted(report.live, "live endpoint", "live endpoints")} · ` +
    `${counted(report.findings.length, "finding", "findings")} · ${read.length} of ${counted(sources.length, "source", "sources")} read · ` +
    `${report.notMeasured} not measured · ${report.unclaimed} unclaimed`;
  const warnings = read.flatMap((source) => source.notes).map((note) => ["warning", note] as const);
  const rows = report.findings
    .toSorted((a, b) => bySeverity(a.severity, b.severity))
    .map((finding) => [severityCell(finding.severity), finding.kind, whereOf(finding), finding.reason]);
  return [
    lines(head, ...hints),
    ...(warnings.length === 0 ? [] : [labelled(warnings)]),
    ...(rows.length === 0 ? [] : [lines(""), { kind: "table" as const, columns: COLUMNS, rows, indent: 2 }]),
  ];
}

function whereOf(finding: DriftFinding): string {
  return finding.port === null ? finding.host : endpointAt(finding.host, finding.port);
}
