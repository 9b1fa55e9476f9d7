import type { Declaration, DeclaredState, DriftFinding } from "../../domain/declaration.ts";
import { type PortKey, type PortRef, portKey, portText } from "../../domain/network.ts";
import type { HostObservation, PortObservation } from "../../domain/observation.ts";
import { lookAt } from "../../domain/settle.ts";
import { addressVersion, compareAddresses } from "../../lib/ip.ts";
import {
  declaresPort,
  type DeclarationIndex,
  indexDeclarations,
  meantForUs,
  mustOpen,
} from "../bind/index-declarations.ts";
import { pairMoves } from "./port-moved.ts";
import type { Remembered } from "./same-application.ts";
import { observedService, sameService } from "./service-names.ts";

export interface DriftInput {
  readonly state: DeclaredState;
  /** Merged, one per address. */
  readonly observations: readonly HostObservation[];
  /** Then nothing absent is concluded. */
  readonly vantageDegraded: boolean;
  /** Our address as the targets see it; decides which scopes include us. */
  readonly vantageAddress: string | null;
  /** What the baseline knows of a port: recognises an application that moved. */
  readonly remembered: Remembered;
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

interface HostDrift {
  readonly findings: readonly DriftFinding[];
  readonly live: number;
  readonly explained: number;
  readonly unclaimed: number;
  readonly notMeasured: number;
  readonly endpoints: number;
  readonly expected: ReadonlySet<PortKey>;
}

function hostDrift(host: HostObservation, index: DeclarationIndex, input: DriftInput): HostDrift {
  const declarations = index.of(host);
  const open = host.ports.filter((port) => port.state === "open");
  const explained = open.filter((port) => declarations.some((d) => declaresPort(d, port)));
  const strangers = open.filter((port) => !explained.includes(port));
  const claims = index.claims(host);
  const claimed = claims.length > 0 && !index.incomplete;
  const endpoints = endpointsOf(declarations, input);
  const looked = endpoints.map((endpoint) => ({ ...endpoint, look: endpointLook(host, endpoint.port) }));
  const missing = input.vantageDegraded ? [] : looked.flatMap((e) => missingFinding(host, e));
  const undeclared = claimed ? strangers.map((port) => undeclaredPort(host, { port, claims })) : [];
  const mismatches = explained.flatMap((port) => mismatch(host, port, declarations));
  const stranger = claimed && declarations.length === 0 && host.state === "up";
  const unknownHost = stranger ? [undeclaredHost(host, { open, claims })] : null;
  return {
    findings: unknownHost ?? [...pairMoves(missing, undeclared, { host, remembered: input.remembered }), ...mismatches],
    live: open.length,
    explained: explained.length,
    unclaimed: claimed ? 0 : strangers.length,
    notMeasured: looked.filter((e) => e.look.state === "unknown").length,
    endpoints: endpoints.length,
    expected: expectedPorts(explained, declarations, { input, mismatches }),
  };
}

/** A row for every port names none of them: what opens under it is news. So is another service than the declared one. */
function expectedPorts(
  explained: readonly PortObservation[],
  declarations: readonly Declaration[],
  { input, mismatches }: { readonly input: DriftInput; readonly mismatches: readonly DriftFinding[] },
): ReadonlySet<PortKey> {
  const naming = declarations.filter((d) => !d.anyPort && meantForUs(d, input.vantageAddress));
  const other = new Set(mismatches.flatMap((finding) => (finding.port === null ? [] : [portKey(finding.port)])));
  const named = explained.filter((port) => naming.some((d) => declaresPort(d, port)));
  return new Set(named.map(portKey).filter((key) => !other.has(key)));
}

interface Endpoint {
  readonly declaration: Declaration;
  readonly port: PortRef;
}

/** Each endpoint once, whatever many rows declare it: the row that names the host itself tells it. */
function endpointsOf(declarations: readonly Declaration[], input: DriftInput): readonly Endpoint[] {
  const byPort = new Map<PortKey, Endpoint>();
  for (const declaration of declarations) {
    const port = mustOpen(declaration);
    if (port === null || !meantForUs(declaration, input.vantageAddress)) continue;
    const known = byPort.get(portKey(port));
    if (known === undefined || isCloser(declaration, known.declaration))
      byPort.set(portKey(port), { declaration, port });
  }
  return [...byPort.values()];
}

function isCloser(a: Declaration, b: Declaration): boolean {
  return a.target.cidrs.length === 0 && b.target.cidrs.length > 0;
}

/** A host that is down in a trustworthy scan answers on no port. */
function endpointLook(host: HostObservation, port: PortRef): ReturnType<typeof lookAt> {
  return host.state === "down" ? { state: "not-open", evidence: "no-response" } : lookAt(host, port);
}

/** Declared by address on hosts that this scan does not even name. */
function unseenEndpoints({ state, observations }: DriftInput, index: DeclarationIndex): number {
  const seen = new Set(observations.flatMap((host) => index.of(host)).map((d) => d.id));
  return state.declarations.filter((d) => mustOpen(d) !== null && d.target.cidrs.length === 0 && !seen.has(d.id))
    .length;
}

function placeOf(declaration: Declaration): string {
  const [source] = declaration.sources;
  return source === undefined ? declaration.owner.address : `${source.file}:${source.line ?? 1}`;
}

function missingFinding(
  host: HostObservation,
  endpoint: Endpoint & { readonly look: ReturnType<typeof lookAt> },
): readonly DriftFinding[] {
  const { declaration, port, look } = endpoint;
  if (look.state !== "not-open") return [];
  const down = look.evidence === "reset";
  const how = down ? "is closed" : host.state === "down" ? "does not answer, its host is down" : "does not answer";
  return [
    {
      kind: down ? "expected-endpoint-down" : "expected-endpoint-blocked",
      severity: "medium",
      host: host.address,
      port,
      intent: "must-open",
      confidence: declaration.confidence,
      declaration,
      claims: [],
      declaredPort: port,
      observed: { state: down ? "closed" : "filtered", service: null, product: null },
      reason: `${portText(port)} is declared in ${placeOf(declaration)} but ${how}.`,
      absence: true,
    },
  ];
}

type Claims = Pick<DriftFinding, "claims">;

function undeclaredPort(
  host: HostObservation,
  { port, claims }: Claims & { readonly port: PortObservation },
): DriftFinding {
  const service = observedService(port);
  return {
    kind: "undeclared-open-port",
    severity: "high",
    host: host.address,
    port: plainPort(port),
    intent: "must-not-be-open",
    confidence: "exact",
    declaration: null,
    claims,
    declaredPort: null,
    observed: { state: "open", service, product: port.service?.product ?? null },
    reason: `${portText(port)} (${service ?? "unknown service"}) is open and no declaration of this host names it.`,
    absence: false,
  };
}

/** A finding names the endpoint; everything else that was observed there stays behind. */
function plainPort({ transport, number }: PortRef): PortRef {
  return { transport, number };
}

function undeclaredHost(
  host: HostObservation,
  { open, claims }: Claims & { readonly open: readonly PortObservation[] },
): DriftFinding {
  const ports = open.length === 0 ? "no open ports" : open.slice(0, 10).map(portText).join(", ");
  return {
    kind: "undeclared-host",
    severity: "high",
    host: host.address,
    port: null,
    intent: "must-not-be-open",
    confidence: "exact",
    declaration: null,
    claims,
    declaredPort: null,
    observed: { state: "up", service: null, product: null },
    reason: `the host is live and nothing declares it (${ports}).`,
    absence: false,
  };
}

function mismatch(
  host: HostObservation,
  port: PortObservation,
  declarations: readonly Declaration[],
): readonly DriftFinding[] {
  const observed = observedService(port);
  const about = declarations.filter((d) => declaresPort(d, port) && d.app.protocol !== null);
  const [declaration] = about;
  if (observed === null || declaration === undefined) return [];
  if (about.some((d) => sameService(d.app.protocol ?? "", observed))) return [];
  const plain = about.some((d) => d.app.tls === true) && !observed.startsWith("ssl/") && observed !== "https";
  return [
    {
      kind: "service-mismatch",
      severity: plain ? "high" : "medium",
      host: host.address,
      port: plainPort(port),
      intent: "must-open",
      confidence: declaration.confidence,
      declaration,
      claims: [],
      declaredPort: plainPort(port),
      observed: { state: "open", service: observed, product: port.service?.product ?? null },
      reason: `${portText(port)} speaks ${observed}; ${placeOf(declaration)} declares ${declaration.app.protocol}.`,
      absence: false,
    },
  ];
}
