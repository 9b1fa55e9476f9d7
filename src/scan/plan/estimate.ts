import type { Pace, RunPlan } from "../../domain/scan-plan.ts";
import { size } from "../../lib/intervals.ts";

/** Rate caps of nmap per pace, packets per second; `fast` has none and is held to at least this rate. */
export const PACKETS_PER_SECOND: Readonly<Record<Pace, number>> = { polite: 500, normal: 5000, fast: 1000 };

/** What a run sends and how long it takes, for the question "may I start this here?". */
export interface RunEstimate {
  /** Discovery and one probe per port of every address. Lost probes are sent again; silent addresses get no ports. */
  readonly packets: number;
  /** At the rate cap of the pace; waiting for hosts that do not answer comes on top. */
  readonly seconds: number;
  /** Our own limit: nmap is ended then, whatever it does. */
  readonly deadlineSeconds: number;
}

// ICMP echo and timestamp, SYN to three ports, ACK to two; without raw sockets the three SYNs alone.
const RAW_DISCOVERY = 7;
const CONNECT_DISCOVERY = 3;

export function estimateRun(plan: RunPlan): RunEstimate {
  const ports = [...plan.ports.values()].reduce((sum, set) => sum + size(set), 0);
  const probes = plan.technique === "connect" ? CONNECT_DISCOVERY : RAW_DISCOVERY;
  const packets = plan.addresses.length * ((plan.assumeUp ? 0 : probes) + ports);
  return {
    packets,
    seconds: Math.ceil(packets / PACKETS_PER_SECOND[plan.pace]),
    deadlineSeconds: Math.ceil(plan.deadlineMs / 1000),
  };
}
