import type { PortState } from "../../domain/observation.ts";
import type { Transport } from "../../domain/network.ts";

const STATES: ReadonlySet<string> = new Set<PortState>([
  "open",
  "closed",
  "filtered",
  "unfiltered",
  "open|filtered",
  "closed|filtered",
]);
const TRANSPORTS: ReadonlySet<string> = new Set<Transport>(["tcp", "udp", "sctp"]);

export function isPortState(text: string | undefined): text is PortState {
  return text !== undefined && STATES.has(text);
}

/** nmap also writes `ip` (protocol scan), which has no ports. */
export function isTransport(text: string | undefined): text is Transport {
  return text !== undefined && TRANSPORTS.has(text);
}
