import type { HostObservation } from "../../domain/observation.ts";
import type { HostTally } from "./document.ts";

/** Counts hosts while they stream past. */
export interface TallyCounter {
  add(host: HostObservation): void;
  result(): HostTally;
}

export function createTally(): TallyCounter {
  const addresses = new Set<string>();
  const errors = new Set<string>();
  const seen = new Set<string>();
  const count = { up: 0, down: 0, servicesProbed: false, osGuessed: false };
  return {
    add(host) {
      addresses.add(host.address);
      count[host.state]++;
      count.osGuessed ||= host.os !== null;
      for (const port of host.ports) {
        count.servicesProbed ||= port.service?.method === "probed";
        for (const script of port.scripts) {
          seen.add(script.id);
          if (script.failed) errors.add(script.id);
        }
      }
    },
    result: () => ({
      ...count,
      addresses,
      scriptErrors: [...errors].toSorted(),
      scriptsSeen: [...seen].toSorted(),
    }),
  };
}
