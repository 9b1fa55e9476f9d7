import type { CycleView } from "../../domain/cycle.ts";
import type { DeclaredState } from "../../domain/declaration.ts";
import type { PortRef } from "../../domain/network.ts";
import { MISSES_AFTER_SILENCE } from "../../domain/settle.ts";
import { compareInCycle } from "./cycle-drift.ts";
import { settledAt } from "./settled-port.ts";

export interface MissingEndpoint {
  readonly address: string;
  readonly port: PortRef;
  /** Covered sightings without it. */
  readonly misses: number;
}

/**
 * Declared endpoints that live hosts do not offer, as long as that is young: the service may answer on another port.
 * Longest missed first: those have the fewest cycles left in which they are searched for.
 */
export function missingEndpoints(view: CycleView, declared: DeclaredState | null): readonly MissingEndpoint[] {
  if (view.vantage.state === "degraded" || declared === null) return [];
  const hosts = new Map(view.hosts.map((host) => [host.observation.address, host]));
  const { findings } = compareInCycle(view, declared).report;
  const missing = findings.flatMap(({ absence, host: address, port }): MissingEndpoint[] => {
    const host = hosts.get(address);
    if (!absence || port === null || host?.observation.state !== "up") return [];
    const misses = settledAt(host, port)?.misses ?? 0;
    return misses > MISSES_AFTER_SILENCE ? [] : [{ address, port, misses }];
  });
  return missing.toSorted((a, b) => b.misses - a.misses);
}
