import type { DeclaredAt, DeclaredView, DriftFinding } from "../../domain/declaration.ts";
import { portKey } from "../../domain/network.ts";
import type { DriftReport } from "./drift.ts";

/** What the declarations say of each open port of one scan; nothing of ports that no row names and nobody claims. */
export function verdictsOf(report: DriftReport): DeclaredAt {
  const findings = new Map(report.findings.flatMap((one) => placed(one)));
  return (address, port) => {
    const found = findings.get(`${address} ${portKey(port)}`);
    if (found !== undefined) return { verdict: found.kind, intent: found.intent, confidence: found.confidence };
    return report.expected.get(address)?.has(portKey(port)) === true ? AS_DECLARED : null;
  };
}

const AS_DECLARED: Pick<DeclaredView, "verdict" | "intent" | "confidence"> = {
  verdict: "as-declared",
  intent: null,
  confidence: null,
};

function placed(finding: DriftFinding): readonly (readonly [string, DriftFinding])[] {
  return finding.port === null ? [] : [[`${finding.host} ${portKey(finding.port)}`, finding]];
}
