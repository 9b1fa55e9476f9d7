import type { Declaration, DriftFinding } from "../../domain/declaration.ts";
import { type PortKey, type PortRef, portKey } from "../../domain/network.ts";
import type { HostObservation, PortObservation } from "../../domain/observation.ts";
import { lookAt } from "../../domain/settle.ts";
import { endpointsOf } from "../bind/endpoints.ts";
import { declaresPort, type DeclarationIndex, meantForUs } from "../bind/index-declarations.ts";
import { mismatch, missingFinding, undeclaredHost, undeclaredPort } from "./findings.ts";
import { pairMoves } from "./port-moved.ts";
import type { Remembered } from "./same-application.ts";

/** From where it was looked, and what is known from before. */
export interface Sight {
  /** Then nothing absent is concluded. */
  readonly vantageDegraded: boolean;
  /** Our address as the targets see it; decides which scopes include us. */
  readonly vantageAddress: string | null;
  /** What the baseline knows of a port: recognises an application that moved. */
  readonly remembered: Remembered;
}

/** What the comparison says of one host. */
export interface HostDrift {
  readonly findings: readonly DriftFinding[];
  readonly live: number;
  readonly explained: number;
  readonly unclaimed: number;
  readonly notMeasured: number;
  readonly endpoints: number;
  readonly expected: ReadonlySet<PortKey>;
}

export function hostDrift(host: HostObservation, index: DeclarationIndex, input: Sight): HostDrift {
  const declarations = index.of(host);
  const open = host.ports.filter((port) => port.state === "open");
  const explained = open.filter((port) => declarations.some((d) => declaresPort(d, port)));
  const strangers = open.filter((port) => !explained.includes(port));
  const claims = index.claims(host);
  const claimed = claims.length > 0 && !index.incomplete;
  const endpoints = endpointsOf(declarations, input.vantageAddress);
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

/**
 * A row for every port names none of them: what opens under it is reported. So is another service than the declared
 * one.
 */
function expectedPorts(
  explained: readonly PortObservation[],
  declarations: readonly Declaration[],
  { input, mismatches }: { readonly input: Sight; readonly mismatches: readonly DriftFinding[] },
): ReadonlySet<PortKey> {
  const naming = declarations.filter((d) => !d.anyPort && meantForUs(d, input.vantageAddress));
  const other = new Set(mismatches.flatMap((finding) => (finding.port === null ? [] : [portKey(finding.port)])));
  const named = explained.filter((port) => naming.some((d) => declaresPort(d, port)));
  return new Set(named.map(portKey).filter((key) => !other.has(key)));
}

/** A host that is down in a trustworthy scan answers on no port. */
function endpointLook(host: HostObservation, port: PortRef): ReturnType<typeof lookAt> {
  return host.state === "down" ? { state: "not-open", evidence: "no-response" } : lookAt(host, port);
}
