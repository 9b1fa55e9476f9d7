import type { CycleView } from "../domain/cycle.ts";
import type { HostRef } from "../domain/deviation.ts";
import { absentHostRef, hostRef } from "../domain/host-ref.ts";

/** A host as one scan shows it; its events of that scan all say the same of it. */
export interface HostNow {
  readonly host: HostRef;
  /** nmap's best guess of the system in this scan; null: it was not asked, or nothing answered. */
  readonly osName: string | null;
}

/** By host id; null for a host that neither the scan nor the baseline knows. */
export type HostsNow = (hostId: string) => HostNow | null;

/**
 * Every host as it is now: an anomaly remembers its host as it was when the anomaly was last seen, which is wrong for
 * the step that says that it is over. `tagsOf` are the tags that the operator gave an address.
 */
export function hostsOf(view: CycleView, tagsOf: (address: string) => readonly string[]): HostsNow {
  const seen = new Map(view.hosts.map((host) => [host.id, host]));
  return (hostId) => {
    const host = seen.get(hostId);
    if (host !== undefined) {
      const { os, address } = host.observation;
      return { host: hostRef(host, tagsOf(address)), osName: os?.matches[0]?.name ?? null };
    }
    const known = view.baseline.hosts.get(hostId);
    return known === undefined ? null : { host: absentHostRef(known, tagsOf(known.address)), osName: null };
  };
}
