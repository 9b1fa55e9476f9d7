import type { Declaration } from "../../domain/declaration.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { mustOpen } from "./index-declarations.ts";

/**
 * Declared addresses that were asked although the scan does not list them, as the hosts that are down which they are:
 * nmap lists those only with -v, and a host that is down is a difference that must not be missed.
 */
export function silentHosts(
  declarations: readonly Declaration[],
  observations: readonly HostObservation[],
  asked: (address: string) => boolean,
): readonly HostObservation[] {
  const listed = new Set(observations.map((host) => host.address));
  const addresses = new Set(declarations.filter((d) => mustOpen(d) !== null).flatMap((d) => d.target.addresses));
  return [...addresses].filter((address) => !listed.has(address) && asked(address)).map(down);
}

function down(address: string): HostObservation {
  return {
    address,
    state: "down",
    stateReason: "no-response",
    mac: null,
    macVendor: null,
    names: [],
    observedAt: 0,
    coverage: [],
    ports: [],
    otherStates: [],
    os: null,
    distance: null,
    srttMicros: null,
    problems: [],
    allPortsOpen: null,
    truncated: [],
  };
}
