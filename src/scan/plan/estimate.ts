import type { Pace, RunEstimate, RunPlan } from "../../domain/scan-plan.ts";
import { size } from "../../lib/intervals.ts";
import { addressVersion } from "../../lib/ip.ts";

/** Rate caps of nmap per pace, packets per second; `fast` has none and is held to at least this rate. */
export const PACKETS_PER_SECOND: Readonly<Record<Pace, number>> = { polite: 500, normal: 5000, fast: 1000 };

// ICMP echo, in IPv4 also timestamp, SYN to three ports, ACK to two; without raw sockets the three SYNs alone.
const RAW_DISCOVERY = { 4: 7, 6: 6 } as const;
const CONNECT_DISCOVERY = 3;

export function estimateRun(plan: RunPlan): RunEstimate {
  const ports = [...plan.ports.values()].reduce((sum, set) => sum + size(set), 0);
  const asks = plan.addresses.map((address) => (plan.assumeUp ? 0 : discoveryOf(address, plan)) + ports);
  const packets = asks.reduce((sum, count) => sum + count, 0);
  return {
    packets,
    seconds: Math.ceil(packets / PACKETS_PER_SECOND[plan.pace]),
    deadlineSeconds: Math.ceil(plan.deadlineMs / 1000),
  };
}

function discoveryOf(address: string, { technique }: RunPlan): number {
  return technique === "connect" ? CONNECT_DISCOVERY : RAW_DISCOVERY[addressVersion(address)];
}
