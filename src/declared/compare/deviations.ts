import type { DeclaredView, DriftFinding, FindingKind } from "../../domain/declaration.ts";
import type { Deviation, HostRef, ReasonCode } from "../../domain/deviation.ts";
import type { AnomalyKind } from "../../domain/kinds/catalogue.ts";
import { type PortRef, portKey } from "../../domain/network.ts";
import type { SettledPort } from "../../domain/settle.ts";
import type { DriftReport } from "./drift.ts";

export interface DeviationContext {
  /** Null: the host was not identified in this cycle. */
  readonly hostRef: (address: string) => HostRef | null;
  /** It belongs to the first look at its declarations, an inventory: only critical findings alert. */
  readonly firstEvaluation: (finding: DriftFinding) => boolean;
  /** The port with its memory: absence counts only once it is settled. */
  readonly settled: (address: string, port: PortRef) => SettledPort | null;
  /** UTC ms. */
  readonly observedAt: number;
}

const KINDS: Readonly<Record<FindingKind, AnomalyKind>> = {
  "undeclared-open-port": "undeclared-port",
  "undeclared-host": "undeclared-host",
  "expected-endpoint-down": "missing-endpoint",
  "expected-endpoint-blocked": "missing-endpoint",
  "port-moved": "port-moved",
  "service-mismatch": "service-mismatch",
};

const REASONS: Readonly<Record<FindingKind, readonly ReasonCode[]>> = {
  "undeclared-open-port": ["not-declared"],
  "undeclared-host": ["not-declared"],
  "expected-endpoint-down": ["declared-port-closed"],
  "expected-endpoint-blocked": ["declared-port-closed"],
  "port-moved": ["declared-port-closed"],
  "service-mismatch": [],
};

/** Findings in the words of the event contract; findings about absence wait until the port is settled. */
export function driftDeviations(report: DriftReport, context: DeviationContext): readonly Deviation[] {
  return report.findings.flatMap((finding) => {
    const host = context.hostRef(finding.host);
    return host === null || isPending(finding, context) ? [] : [deviationOf(finding, host, context)];
  });
}

function isPending(finding: DriftFinding, context: DeviationContext): boolean {
  if (!finding.absence || finding.port === null) return false;
  const settled = context.settled(finding.host, finding.port);
  return settled === null || !settled.measured || settled.pending || settled.state === "open";
}

function deviationOf(finding: DriftFinding, host: HostRef, context: DeviationContext): Deviation {
  const kind = KINDS[finding.kind];
  const ends = endsOf(finding);
  return {
    kind,
    detector: { id: "declared", version: "1" },
    host,
    port: finding.port,
    subject: subjectOf(finding),
    target: `${finding.kind} ${ends.to ?? ""}`.trim(),
    ...ends,
    ...factsOf(finding),
    mature: true,
    confirmed: false,
    evidence: finding.absence ? (finding.kind === "expected-endpoint-down" ? "reset" : "no-response") : "syn-ack",
    observedAt: context.observedAt,
    history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    declared: viewOf(finding, context),
    reasons: [...REASONS[finding.kind], ...proofOf(finding)],
    informational: false,
    closedSegment: false,
  };
}

function proofOf({ sameBy }: DriftFinding): readonly ReasonCode[] {
  if (sameBy === "key" || sameBy === "title") return ["same-identity"];
  return sameBy === "product" ? ["same-product"] : [];
}

/** port-moved is about the declared endpoint, every other finding about the port it was found on. */
function subjectOf({ kind, port, declaredPort }: DriftFinding): string {
  const subject = kind === "port-moved" ? declaredPort : port;
  return subject === null ? "presence" : portKey(subject);
}

function endsOf(finding: DriftFinding): { readonly from: string | null; readonly to: string | null } {
  const { kind, declaration, declaredPort, port, observed } = finding;
  if (kind === "port-moved") return { from: String(declaredPort?.number ?? ""), to: String(port?.number ?? "") };
  if (kind === "service-mismatch") return { from: declaration?.app.protocol ?? null, to: observed.service };
  return { from: null, to: observed.state };
}

function factsOf(finding: DriftFinding): Pick<Deviation, "before" | "after"> {
  const { declaration, declaredPort, port, observed, kind } = finding;
  const expected = declaration?.app.protocol ?? null;
  const ports = kind === "port-moved" && declaredPort !== null && port !== null;
  return {
    before: {
      ...(declaration === null ? {} : { state: "open" }),
      ...(expected === null ? {} : { service: expected }),
      ...(ports ? { port: declaredPort.number } : {}),
    },
    after: {
      state: observed.state,
      ...(observed.service === null ? {} : { service: observed.service }),
      ...(observed.product === null ? {} : { product: observed.product }),
      ...(ports ? { port: port.number } : {}),
    },
  };
}

function viewOf(finding: DriftFinding, context: DeviationContext): DeclaredView {
  const { declaration } = finding;
  const source = declaration?.sources[0] ?? finding.claims[0] ?? null;
  const expected = finding.declaredPort;
  return {
    verdict: finding.kind,
    severity: finding.severity,
    intent: finding.intent,
    confidence: finding.confidence,
    tool: declaration?.owner.tool ?? null,
    address: declaration?.owner.address ?? null,
    source,
    expected:
      declaration === null || expected === null
        ? null
        : {
            ip: finding.host,
            port: expected.number,
            transport: expected.transport,
            service: declaration.app.protocol,
            scope: declaration.scope,
          },
    proposal: null,
    firstEvaluation: context.firstEvaluation(finding),
  };
}
