import { includes } from "../lib/intervals.ts";
import type { HostBaseline } from "./baseline.ts";
import type { PortRef } from "./network.ts";

/** In how many learned scans this very port was really measured: the sum over the interned sets that contain it. */
export function coveredScans(host: HostBaseline, port: PortRef): number {
  let scans = 0;
  for (const set of host.coverage) {
    if (set.phase === "ports" && set.transport === port.transport && includes(set.ports, port.number))
      scans += set.scans;
  }
  return scans;
}
