import { coveredScans } from "../../domain/coverage.ts";
import type { HostView } from "../../domain/cycle.ts";
import { type PortRef, portKey } from "../../domain/network.ts";
import { lookAt, MISSES_AFTER_RESET, MISSES_AFTER_SILENCE, type SettledPort, settlePort } from "../../domain/settle.ts";

/** As {@link settlePort}; a port that was never open has no memory, its covered scans stand in for it. */
export function settledAt(host: HostView | undefined, port: PortRef): SettledPort | null {
  if (host === undefined) return null;
  const known = host.known?.ports.get(portKey(port)) ?? null;
  const look = lookAt(host.observation, port);
  if (known !== null || look.state !== "not-open") return settlePort(known, look);
  const needed = look.evidence === "reset" ? MISSES_AFTER_RESET : MISSES_AFTER_SILENCE;
  const misses = (host.known === null ? 0 : coveredScans(host.known, port)) + 1;
  return { state: "closed", measured: true, pending: misses < needed, misses, evidence: look.evidence };
}
