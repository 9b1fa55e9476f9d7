import type { PortRef } from "../network.ts";
import type { NmapRun } from "../nmap-run.ts";

/** One doubt to be settled in the same cycle. */
export type ProbeRequest = PortRequest | SystemRequest;

/** That host and port only, with the other technique. */
export interface PortRequest {
  readonly address: string;
  readonly port: PortRef;
  /** `state`: open or not. `service`: identify it again as well. */
  readonly ask: "state" | "service";
}

/** Which operating system answers there: a guess is worth something with an open and a closed TCP port. */
export interface SystemRequest {
  readonly address: string;
  readonly ask: "system";
  readonly open: number;
  readonly closed: number;
}

export type ProbeAnswer =
  | { readonly kind: "probed"; readonly runs: readonly NmapRun[] }
  /** Recorded XML, stopped agent: nobody can be asked. */
  | { readonly kind: "unavailable" };

export interface Prober {
  probe(requests: readonly ProbeRequest[], signal: AbortSignal): Promise<ProbeAnswer>;
  /** Looks at all TCP ports of these hosts, the most urgent first; how many it takes on is its own matter. */
  search(addresses: readonly string[], signal: AbortSignal): Promise<ProbeAnswer>;
}
