import type { HostBaseline } from "../../domain/baseline.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { lookAt } from "../../domain/settle.ts";

/** Known open ports of hosts that are up: how many were measured, and how many turned silent at once. */
export interface PortFlips {
  readonly measured: number;
  readonly silent: number;
  /** Hosts with a port that turned silent. */
  readonly hosts: number;
}

/** A reset is an answer of the host; silence on ports that were open is what a filter in the way looks like. */
export function portFlips(
  hosts: readonly { readonly known: HostBaseline | null; readonly observation: HostObservation }[],
): PortFlips {
  const counts = hosts.map(({ known, observation }) => {
    const open = [...(known?.ports.values() ?? [])].filter((port) => port.current === "open" && port.misses === 0);
    const looks = open.map((port) => lookAt(observation, port)).filter((look) => look.state !== "unknown");
    const silent = looks.filter((look) => look.state === "not-open" && look.evidence === "no-response");
    return { measured: looks.length, silent: silent.length };
  });
  return {
    measured: counts.reduce((sum, count) => sum + count.measured, 0),
    silent: counts.reduce((sum, count) => sum + count.silent, 0),
    hosts: counts.filter((count) => count.silent > 0).length,
  };
}
