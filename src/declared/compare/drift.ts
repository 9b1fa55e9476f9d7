import type { DeclaredState, DriftFinding } from "../../domain/declaration.ts";
import type { PortKey } from "../../domain/network.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { addressVersion, compareAddresses } from "../../lib/ip.ts";
import { type DeclarationIndex, indexDeclarations, mustOpen } from "../bind/index-declarations.ts";
import { type HostDrift, hostDrift, type Sight } from "./host-drift.ts";

export interface DriftInput extends Sight {
  readonly state: DeclaredState;
  /** Merged, one per address. */
  readonly observations: readonly HostObservation[];
}

export interface DriftReport {
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
  /** A source could not be read: nothing is called undeclared, and nothing that was is over. */
  readonly incomplete: boolean;
  /** By address: open ports that are as a declaration wants them. Part of the baseline without an accept. */
  readonly expected: ReadonlyMap<string, ReadonlySet<PortKey>>;
}

const ORDER = ["critical", "high", "medium", "low"];

/** Declarations against one scan. Pure: the same files and the same scan give the same report. */
export function drift(input: DriftInput): DriftReport {
  const index = indexDeclarations(input.state);
  const { vantageAddress } = input;
  const hosts = input.observations.map((host) =>
    hostDrift(host, index, { ...input, vantageAddress: sourceTowards(host.address, vantageAddress) }),
  );
  const findings = hosts.flatMap((host) => host.findings).toSorted(compareFindings);
  const sum = (pick: (host: HostDrift) => number) => hosts.reduce((total, host) => total + pick(host), 0);
  const unseen = unseenEndpoints(input, index);
  return {
    findings,
    live: sum((h) => h.live),
    explained: sum((h) => h.explained),
    unclaimed: sum((h) => h.unclaimed),
    notMeasured: sum((h) => h.notMeasured) + unseen,
    declaredEndpoints: sum((h) => h.endpoints) + unseen,
    incomplete: index.incomplete,
    expected: new Map(hosts.map((host, i) => [input.observations[i]?.address ?? "", host.expected])),
  };
}

/** A scan of both families leaves from an address of each; the one that is not known decides no scope. */
function sourceTowards(address: string, vantageAddress: string | null): string | null {
  const known = vantageAddress !== null && addressVersion(vantageAddress) === addressVersion(address);
  return known ? vantageAddress : null;
}

function compareFindings(a: DriftFinding, b: DriftFinding): number {
  const bySeverity = ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity);
  return (
    bySeverity ||
    compareAddresses(a.host, b.host) ||
    (a.port?.number ?? 0) - (b.port?.number ?? 0) ||
    a.kind.localeCompare(b.kind)
  );
}

/** Declared by address on hosts that this scan does not even name. */
function unseenEndpoints({ state, observations }: DriftInput, index: DeclarationIndex): number {
  const seen = new Set(observations.flatMap((host) => index.of(host)).map((d) => d.id));
  return state.declarations.filter((d) => mustOpen(d) !== null && d.target.cidrs.length === 0 && !seen.has(d.id))
    .length;
}
