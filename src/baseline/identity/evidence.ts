import type { FieldBaseline, HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import { EVIDENCE_KINDS, type EvidenceKind, type IdentityEvidence } from "../../domain/evidence.ts";
import { HOST_FIELDS, type HostField, hostFieldsWith } from "../../domain/fields/host.ts";
import { normalValues } from "../../domain/fields/normal.ts";
import { PORT_FIELDS, type PortField, portFieldsWith } from "../../domain/fields/port.ts";
import { hostFieldValues } from "../../domain/fields/values.ts";
import { keysIn } from "../../domain/key-set.ts";
import { macClass } from "../../domain/mac.ts";
import type { HostObservation } from "../../domain/observation.ts";

const PORT_EVIDENCE = portFieldsWith((row) => row.evidence !== null);
const HOST_EVIDENCE = hostFieldsWith((row) => row.evidence !== null);

/** One text per piece of evidence: equal text is equal evidence. */
export function evidenceKey(evidence: { readonly kind: EvidenceKind; readonly value: string }): string {
  return `${evidence.kind}:${evidence.value}`;
}

/** The inverse of {@link evidenceKey}; null when the text is anything else. */
export function evidenceOf(text: string): IdentityEvidence | null {
  const colon = text.indexOf(":");
  const kind = EVIDENCE_KINDS.find((one) => one === text.slice(0, colon));
  const value = text.slice(colon + 1);
  return kind === undefined || value === "" ? null : evidencePiece(kind, value);
}

/** Everything this address shows about who it is, strongest first, shared values included. */
export function observedEvidence(observation: HostObservation): readonly IdentityEvidence[] {
  const fields = hostFieldValues(observation);
  return inOrder([
    ...observation.ports.flatMap((port) => portEvidence((field) => PORT_FIELDS[field].read(port) ?? [])),
    ...hostEvidence((field) => fields.get(field) ?? []),
  ]);
}

/** What the memory holds as normal for a host: the reference values of its fields. */
export function referenceEvidence(host: HostBaseline): readonly IdentityEvidence[] {
  const normal = (field: HostField) => valuesOf(host.fields.get(field)) ?? (field === "ip" ? [host.address] : []);
  return inOrder([
    ...[...host.ports.values()].flatMap((port) => portEvidence((field) => valuesOf(port.fields.get(field)) ?? [])),
    ...hostEvidence(normal),
  ]);
}

/**
 * Evidence that two addresses of one scan, or two living hosts in memory, have in common: a cloned image, a factory
 * certificate, a load balancer. Memory counts too, or a clone that is down for one scan would take over the identity
 * of another.
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
  return EVIDENCE_KINDS.indexOf(kind);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type Values = string | readonly string[];

function valuesOf(known: FieldBaseline | undefined): readonly string[] | undefined {
  return known === undefined ? undefined : normalValues(known);
}

/** Each key of a server is a piece of its own: one that stays proves the machine although another was replaced. */
function portEvidence(valuesOf: (field: PortField) => Values): readonly IdentityEvidence[] {
  return PORT_EVIDENCE.flatMap((field) => {
    const keys = [valuesOf(field)].flat().flatMap(keysIn);
    return keys.flatMap((key) => piece(PORT_FIELDS[field].evidence, key));
  });
}

function hostEvidence(valuesOf: (field: HostField) => Values): readonly IdentityEvidence[] {
  return HOST_EVIDENCE.flatMap((field) =>
    [valuesOf(field)].flat().flatMap((value) => piece(HOST_FIELDS[field].evidence, value)),
  );
}

function piece(kind: EvidenceKind | null, value: string): readonly IdentityEvidence[] {
  return kind === null ? [] : [evidencePiece(kind, value)];
}

function evidencePiece(kind: EvidenceKind, value: string): IdentityEvidence {
  const strong = kind === "ssh" || kind === "tls" || (kind === "mac" && macClass(value) === "universal");
  return { kind, value, strong };
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
