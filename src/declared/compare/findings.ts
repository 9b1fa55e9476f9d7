import type { Declaration, DriftFinding } from "../../domain/declaration.ts";
import { type PortRef, portText } from "../../domain/network.ts";
import type { HostObservation, PortObservation } from "../../domain/observation.ts";
import type { lookAt } from "../../domain/settle.ts";
import { declaresPort } from "../bind/index-declarations.ts";
import type { Endpoint } from "../bind/endpoints.ts";
import { observedService, sameService } from "./service-names.ts";

/** What one scan showed of a declared endpoint. */
export interface EndpointLook extends Endpoint {
  readonly look: ReturnType<typeof lookAt>;
}

function placeOf(declaration: Declaration): string {
  const [source] = declaration.sources;
  return source === undefined ? declaration.owner.address : `${source.file}:${source.line ?? 1}`;
}

export function missingFinding(host: HostObservation, endpoint: EndpointLook): readonly DriftFinding[] {
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

export function undeclaredPort(
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

export function undeclaredHost(
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

export function mismatch(
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
