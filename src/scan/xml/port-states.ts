import type { Transport } from "../../domain/network.ts";
import type { PortState } from "../../domain/observation.ts";

// Maps from text to the same constant: a word of the document would be one more string per port of every host.
const STATES: ReadonlyMap<string, PortState> = new Map(
  (["open", "closed", "filtered", "unfiltered", "open|filtered", "closed|filtered"] as const).map((s) => [s, s]),
);
const TRANSPORTS: ReadonlyMap<string, Transport> = new Map((["tcp", "udp", "sctp"] as const).map((t) => [t, t]));
const REASONS: ReadonlyMap<string, string> = new Map(
  "syn-ack reset no-response conn-refused port-unreach udp-response arp-response echo-reply localhost-response host-unreach admin-prohibited net-unreach user-set"
    .split(" ")
    .map((reason) => [reason, reason]),
);

/** Null for a word that is not a state of a port. */
export function portState(text: string | undefined): PortState | null {
  return text === undefined ? null : (STATES.get(text) ?? null);
}

/** Null for anything else; nmap also writes `ip` (protocol scan), which has no ports. */
export function transportOf(text: string | undefined): Transport | null {
  return text === undefined ? null : (TRANSPORTS.get(text) ?? null);
}

/** nmap's own word for how it knows, never text from a host. */
export function reasonWord(text: string | undefined): string {
  if (text === undefined || !/^[a-z0-9-]{1,40}$/.test(text)) return "unknown";
  return REASONS.get(text) ?? Buffer.from(text).toString();
}
