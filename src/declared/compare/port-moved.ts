import type { DriftFinding, MoveEvidence } from "../../domain/declaration.ts";
import { portText } from "../../domain/network.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { isStronger, type Remembered, sameApplication } from "./same-application.ts";

interface Fit {
  readonly gone: DriftFinding;
  readonly found: DriftFinding;
  readonly by: MoveEvidence;
}

/**
 * One declared service that is not there and one undeclared port of the same host that serves it: one finding with both
 * ends. One to one only: where two fit equally well, no pair is formed and the findings name each other.
 */
export function pairMoves(
  missing: readonly DriftFinding[],
  undeclared: readonly DriftFinding[],
  seen: { readonly host: HostObservation; readonly remembered: Remembered },
): readonly DriftFinding[] {
  const fits = missing.flatMap((gone) =>
    undeclared.flatMap((found): Fit[] => {
      const by = sameApplication(gone, found, seen);
      return by === null ? [] : [{ gone, found, by }];
    }),
  );
  const pairs = bestPairs(fits);
  const taken = new Set(pairs.flatMap(({ gone, found }) => [gone, found]));
  const free = fits.filter((fit) => !taken.has(fit.gone) && !taken.has(fit.found));
  const rest = [...missing, ...undeclared].filter((finding) => !taken.has(finding));
  return [...pairs.map(moved), ...rest.map((finding) => withRivals(finding, free))];
}

/** Pairs that are each other's one best partner; what they leave may have one then. */
function bestPairs(fits: readonly Fit[]): readonly Fit[] {
  const mutual = fits.filter((fit) => isBest(fit, fits, "gone") && isBest(fit, fits, "found"));
  if (mutual.length === 0) return [];
  const taken = new Set(mutual.flatMap(({ gone, found }) => [gone, found]));
  return [...mutual, ...bestPairs(fits.filter((fit) => !taken.has(fit.gone) && !taken.has(fit.found)))];
}

function isBest(fit: Fit, fits: readonly Fit[], end: "gone" | "found"): boolean {
  const rivals = fits.filter((other) => other !== fit && other[end] === fit[end]);
  return rivals.every((other) => isStronger(fit.by, other.by));
}

const PROOF: Readonly<Record<MoveEvidence, string>> = {
  key: " with the same key",
  title: " with the same title",
  product: " with the same product",
  service: "",
};

function moved({ gone, found, by }: Fit): DriftFinding {
  const source = gone.declaration?.sources[0];
  const place = source === undefined ? "the declaration" : `${source.file}:${source.line ?? 1}`;
  const [from, to] = [textOf(gone), textOf(found)];
  const service = found.observed.service ?? gone.declaration?.app.protocol ?? "it";
  return {
    ...gone,
    kind: "port-moved",
    severity: "medium",
    port: found.port,
    declaredPort: gone.port,
    confidence: by === "service" ? "inferred" : gone.confidence,
    sameBy: by,
    observed: found.observed,
    reason: `${place} declares ${from}, which is closed; ${service} answers on ${to} instead${PROOF[by]}.`,
    absence: false,
  };
}

function withRivals(finding: DriftFinding, fits: readonly Fit[]): DriftFinding {
  const others = fits.flatMap(({ gone, found }) => (gone === finding ? [found] : found === finding ? [gone] : []));
  if (others.length === 0) return finding;
  return { ...finding, reason: `${finding.reason} It may have moved: ${others.map(textOf).join(", ")}.` };
}

function textOf({ port }: DriftFinding): string {
  return port === null ? "" : portText(port);
}
