import type { Declaration, DeclarationSource, DeclaredSource, DeclaredState } from "../../domain/declaration.ts";
import type { PortRef } from "../../domain/network.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { type Cidr, cidrContains, parseCidr } from "../../lib/ip.ts";

/** As much of a host as declarations can name. */
export type ClaimedHost = Pick<HostObservation, "address"> & { readonly names: readonly string[] };

/** Declarations by address and name, so that 10,000 hosts do not walk every declaration. */
export interface DeclarationIndex {
  /** Service declarations that name this host by address, network or observed name. */
  of(host: ClaimedHost): readonly Declaration[];
  /**
   * What makes "not declared" evidence on this host, one place a source: the first row that names it, else the file that
   * is complete for its address. Files with rows come first. Empty: nobody claims the host.
   */
  claims(host: ClaimedHost): readonly DeclarationSource[];
  /** A source could not be read: what is not declared elsewhere may be declared there. */
  readonly incomplete: boolean;
}

export function indexDeclarations({ declarations, sources }: DeclaredState): DeclarationIndex {
  const services = declarations.filter((d) => d.kind === "service" && d.action === "allow");
  const byAddress = group(services, (d) => d.target.addresses);
  const byName = group(services, (d) => d.target.hostnames);
  const byNetwork = services.flatMap((d) => d.target.cidrs.flatMap((text) => pair(text, d)));
  const closed = sources
    .filter((source) => source.state !== "unreadable")
    .map((source) => ({ source, cidrs: source.completeFor.flatMap((text) => parseCidr(text) ?? []) }));
  const of = (host: ClaimedHost) => [
    ...new Set([
      ...(byAddress.get(host.address) ?? []),
      ...host.names.flatMap((name) => byName.get(name.toLowerCase()) ?? []),
      ...byNetwork.filter(([cidr]) => cidrContains(cidr, host.address)).map(([, d]) => d),
    ]),
  ];
  return {
    of,
    claims: (host) =>
      onePerFile([
        ...of(host)
          .flatMap((d) => d.sources)
          .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
        ...closed
          .filter(({ cidrs }) => cidrs.some((cidr) => cidrContains(cidr, host.address)))
          .map(({ source }) => wholeFile(source)),
      ]),
    incomplete: sources.some((source) => source.state === "unreadable"),
  };
}

function onePerFile(places: readonly DeclarationSource[]): readonly DeclarationSource[] {
  const byFile = new Map<string, DeclarationSource>();
  for (const place of places) if (!byFile.has(place.file)) byFile.set(place.file, place);
  return [...byFile.values()];
}

/** No line of it says that something is not declared. */
function wholeFile({ file, tool, digest, readAt, state }: DeclaredSource): DeclarationSource {
  return {
    file,
    line: null,
    column: null,
    format: tool,
    digest: digest ?? "",
    readAt: readAt ?? 0,
    stale: state === "stale",
  };
}

function pair(text: string, declaration: Declaration): readonly (readonly [Cidr, Declaration])[] {
  const cidr = parseCidr(text);
  return cidr === null ? [] : [[cidr, declaration]];
}

function group(
  all: readonly Declaration[],
  keys: (d: Declaration) => readonly string[],
): ReadonlyMap<string, readonly Declaration[]> {
  const map = new Map<string, Declaration[]>();
  for (const declaration of all) {
    for (const key of keys(declaration)) map.set(key, [...(map.get(key) ?? []), declaration]);
  }
  return map;
}

export function declaresPort(declaration: Declaration, port: PortRef): boolean {
  const transport = declaration.transport === "any" || declaration.transport === port.transport;
  return (
    transport && (declaration.anyPort || (port.number >= declaration.portFrom && port.number <= declaration.portTo))
  );
}

/** A single port must be open; a range or `*` may be. */
export function mustOpen(declaration: Declaration): PortRef | null {
  if (declaration.anyPort || declaration.portFrom !== declaration.portTo || declaration.transport === "any")
    return null;
  return { transport: declaration.transport, number: declaration.portFrom };
}

/** Declared for others only: from here the endpoint need not answer. */
export function meantForUs(declaration: Declaration, vantageAddress: string | null): boolean {
  if (declaration.scope.length === 0 || vantageAddress === null) return true;
  return declaration.scope.some((text) => {
    const cidr = parseCidr(text);
    return cidr !== null && cidrContains(cidr, vantageAddress);
  });
}
