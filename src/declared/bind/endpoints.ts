import type { Declaration } from "../../domain/declaration.ts";
import { type PortKey, type PortRef, portKey } from "../../domain/network.ts";
import { meantForUs, mustOpen } from "./index-declarations.ts";

/** A port that a declaration wants to answer. */
export interface Endpoint {
  readonly declaration: Declaration;
  readonly port: PortRef;
}

/** Each endpoint once, however many rows declare it: the row that names the host itself is used. */
export function endpointsOf(declarations: readonly Declaration[], vantageAddress: string | null): readonly Endpoint[] {
  const byPort = new Map<PortKey, Endpoint>();
  for (const declaration of declarations) {
    const port = mustOpen(declaration);
    if (port === null || !meantForUs(declaration, vantageAddress)) continue;
    const known = byPort.get(portKey(port));
    if (known === undefined || isCloser(declaration, known.declaration))
      byPort.set(portKey(port), { declaration, port });
  }
  return [...byPort.values()];
}

function isCloser(a: Declaration, b: Declaration): boolean {
  return a.target.cidrs.length === 0 && b.target.cidrs.length > 0;
}
