import type { DriftFinding } from "../domain/declaration.ts";
import { portText } from "../domain/network.ts";
import type { HostObservation } from "../domain/observation.ts";
import { sameService } from "./service-names.ts";

/**
 * One declared service that is not there and one undeclared port of the same host that serves it: one finding with both
 * ends. One to one only: where two would fit, no pair is formed and the findings name each other.
 */
export function pairMoves(
  missing: readonly DriftFinding[],
  undeclared: readonly DriftFinding[],
  host: HostObservation,
): readonly DriftFinding[] {
  const pairs = missing.flatMap((gone) => {
    const fits = undeclared.filter((found) => serves(gone, found));
    const [partner] = fits;
    const rivals = partner === undefined ? [] : missing.filter((other) => serves(other, partner));
    return partner !== undefined && fits.length === 1 && rivals.length === 1 ? [{ gone, found: partner }] : [];
  });
  const taken = new Set(pairs.flatMap(({ gone, found }) => [gone, found]));
  const rest = [...missing, ...undeclared].filter((finding) => !taken.has(finding));
  return [
    ...pairs.map(({ gone, found }) => moved(gone, found, host)),
    ...rest.map((f) => withRivals(f, missing, undeclared)),
  ];
}

/** The declared service name against what was identified: the same name is an inference, not a proof. */
function serves(gone: DriftFinding, found: DriftFinding): boolean {
  const declared = gone.declaration?.app.protocol ?? null;
  const observed = found.observed.service;
  const sameTransport = gone.port?.transport === found.port?.transport;
  return sameTransport && declared !== null && observed !== null && sameService(declared, observed);
}

function moved(gone: DriftFinding, found: DriftFinding, host: HostObservation): DriftFinding {
  const source = gone.declaration?.sources[0];
  const place = source === undefined ? "the declaration" : `${source.file}:${source.line ?? 1}`;
  const [from, to] = [gone.port === null ? "" : portText(gone.port), found.port === null ? "" : portText(found.port)];
  return {
    ...gone,
    kind: "port-moved",
    severity: "medium",
    host: host.address,
    port: found.port,
    declaredPort: gone.port,
    confidence: "inferred",
    observed: found.observed,
    reason: `${place} declares ${from}, which is closed; ${found.observed.service} answers on ${to} instead.`,
    absence: false,
  };
}

function withRivals(
  finding: DriftFinding,
  missing: readonly DriftFinding[],
  undeclared: readonly DriftFinding[],
): DriftFinding {
  const others = missing.includes(finding)
    ? undeclared.filter((u) => serves(finding, u))
    : missing.filter((m) => serves(m, finding));
  if (others.length === 0) return finding;
  const names = others.map((o) => (o.port === null ? "" : portText(o.port))).join(", ");
  return { ...finding, reason: `${finding.reason} It may have moved: ${names}.` };
}
