import type { Declaration, DeclaredState } from "../../domain/declaration.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { silentHosts } from "../bind/silent-hosts.ts";
import { compareDeclared, type DriftOutcome, type SeenNetwork } from "./outcome.ts";

/** Recorded scans. They know of the hosts that answered; which others they asked is a question of its own. */
export interface RecordedNetwork extends SeenNetwork {
  readonly asked: (address: string) => boolean;
  /** Whether so many of the declared hosts are silent that the vantage is more likely at fault. */
  readonly isOutage: (declared: readonly HostObservation[]) => boolean;
}

/** Compares recorded scans with what is declared; a declared host that was asked and is not listed is down. */
export function driftOfRecorded(state: DeclaredState, recorded: RecordedNetwork): DriftOutcome {
  const { asked, isOutage, ...seen } = recorded;
  const silent = silentHosts(state.declarations, seen.observations, asked);
  const observations = [...seen.observations, ...silent];
  const degraded = seen.degraded || isOutage(declaredOf(state.declarations, observations));
  return compareDeclared(state, { ...seen, observations, degraded });
}

function declaredOf(
  declarations: readonly Declaration[],
  observations: readonly HostObservation[],
): readonly HostObservation[] {
  const declared = new Set(declarations.flatMap((d) => d.target.addresses));
  return observations.filter((host) => declared.has(host.address));
}
