import type { EvidenceKind, HostBaseline, IdentityEvidence, SegmentBaseline } from "../../domain/baseline.ts";
import { hostFieldValues } from "../../domain/fields.ts";
import { keysIn } from "../../domain/key-set.ts";
import { macClass } from "../../domain/mac.ts";
import type { HostObservation } from "../../domain/observation.ts";

const ORDER: readonly EvidenceKind[] = ["ssh", "tls", "mac", "name", "address"];

/** One text per piece of evidence: equal text is equal evidence. */
export function evidenceKey(evidence: { readonly kind: EvidenceKind; readonly value: string }): string {
  return `${evidence.kind}:${evidence.value}`;
}

/** Everything this address shows about who it is, strongest first, shared values included. */
export function observedEvidence(observation: HostObservation): readonly IdentityEvidence[] {
  const fields = hostFieldValues(observation);
  const ofPorts = observation.ports.flatMap((port): IdentityEvidence[] => [
    ...keys("ssh", port.identity?.ssh),
    ...keys("tls", port.identity?.tls),
  ]);
  return inOrder([
    ...ofPorts,
    ...piece("mac", fields.get("mac")),
    ...piece("name", fields.get("name")),
    ...piece("address", observation.address),
  ]);
}

/** What the memory holds as normal for a host: the reference values of its fields. */
export function referenceEvidence(host: HostBaseline): readonly IdentityEvidence[] {
  const ofPorts = [...host.ports.values()].flatMap((port): IdentityEvidence[] => [
    ...keys("ssh", port.fields.get("ssh")?.value),
    ...keys("tls", port.fields.get("tls")?.value),
  ]);
  const { fields } = host;
  return inOrder([
    ...ofPorts,
    ...piece("mac", fields.get("mac")?.value),
    ...piece("name", fields.get("name")?.value),
    ...piece("address", fields.get("ip")?.value ?? host.address),
  ]);
}

/**
 * Evidence that two addresses of one scan, or two living hosts in memory, have in common: a cloned image, a factory
 * certificate, a load balancer. Memory counts too, or a clone that is down for one scan would lend out its identity.
 */
export function sharedEvidence(
  baseline: SegmentBaseline,
  observations: readonly HostObservation[],
): ReadonlySet<string> {
  const shared = new Set<string>();
  markShared(shared, observations.map(observedEvidence));
  markShared(shared, [...baseline.hosts.values()].filter((h) => h.current === "up").map(referenceEvidence));
  return shared;
}

/** Strongest first, each piece once. */
export function inOrder(evidence: readonly IdentityEvidence[]): readonly IdentityEvidence[] {
  const unique = new Map(evidence.map((e) => [evidenceKey(e), e]));
  return [...unique].toSorted(([a, x], [b, y]) => rank(x.kind) - rank(y.kind) || compareText(a, b)).map(([, e]) => e);
}

export function rank(kind: EvidenceKind): number {
  return ORDER.indexOf(kind);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each key of a server is a piece of its own: one that stays proves the machine although another was replaced. */
function keys(kind: "ssh" | "tls", value: string | null | undefined): readonly IdentityEvidence[] {
  return typeof value === "string" ? keysIn(value).flatMap((digest) => piece(kind, digest)) : [];
}

function piece(kind: EvidenceKind, value: string | null | undefined): readonly IdentityEvidence[] {
  if (value === null || value === undefined) return [];
  const strong = kind === "ssh" || kind === "tls" || (kind === "mac" && macClass(value) === "universal");
  return [{ kind, value, strong }];
}

function markShared(shared: Set<string>, owners: readonly (readonly IdentityEvidence[])[]): void {
  const seen = new Set<string>();
  for (const evidence of owners) {
    for (const key of new Set(evidence.filter((e) => e.kind !== "address").map(evidenceKey))) {
      if (seen.has(key)) shared.add(key);
      seen.add(key);
    }
  }
}
