import type { Transport } from "../../domain/network.ts";
import type { Pace, Profile, RunPlan, ScanPlan, ShardPlan, Technique } from "../../domain/scan-plan.ts";
import { EMPTY, type Intervals, union } from "../../lib/intervals.ts";
import { addressVersion, compareAddresses } from "../../lib/ip.ts";
import { nmapDeadlineMs } from "./deadline.ts";

export type PortsByTransport = ReadonlyMap<Transport, Intervals>;
export type PortsByAddress = ReadonlyMap<string, PortsByTransport>;

export interface CyclePlanInput {
  readonly cycleId: string;
  readonly profile: Profile;
  /** Canonical, in scope, excludes already removed. */
  readonly addresses: readonly string[];
  /** Configured ports. */
  readonly ports: PortsByTransport;
  /** Ports known open in the baseline, and ports somebody declared: they are looked at in every cycle. */
  readonly knownPorts: PortsByAddress;
  readonly declaredPorts: PortsByAddress;
  /** Addresses that get discovery and port states only. */
  readonly fragile: ReadonlySet<string>;
  readonly technique: Technique;
  readonly pace: Pace;
  /** Hosts per shard. */
  readonly shardSize?: number;
}

const SHARD_SIZE = 256;

/** What to look at in one cycle: one `ports` run per shard. */
export function planCycle(input: CyclePlanInput): ScanPlan {
  const groups = shardAddresses(input.addresses, input.shardSize ?? SHARD_SIZE);
  return {
    cycleId: input.cycleId,
    profile: input.profile,
    shards: groups.map((addresses, n) => ({ n, addresses, ports: planShard(input, n, addresses) })),
    notes: planNotes(input),
  };
}

function planShard(input: CyclePlanInput, shard: number, addresses: readonly string[]): RunPlan {
  return plainRun({
    cycleId: input.cycleId,
    shard,
    n: 0,
    phase: "ports",
    technique: input.technique,
    addresses,
    ports: shardPorts(input, addresses),
    pace: input.pace,
  });
}

/** One port list for the shard: nmap takes one, and a port known on one host is cheap to ask on its neighbours. */
function shardPorts(input: CyclePlanInput, addresses: readonly string[]): PortsByTransport {
  const transport: Transport = input.technique === "udp" ? "udp" : "tcp";
  const own = [input.knownPorts, input.declaredPorts].flatMap((map) =>
    addresses.map((address) => map.get(address)?.get(transport) ?? EMPTY),
  );
  return new Map([[transport, union(input.ports.get(transport) ?? EMPTY, ...own)]]);
}

/** Sorted, cut at the shard size; IPv4 and IPv6 never share a shard, because one nmap speaks one of them. */
function shardAddresses(addresses: readonly string[], shardSize: number): readonly (readonly string[])[] {
  const sorted = [...new Set(addresses)].sort(compareAddresses);
  return ([4, 6] as const).flatMap((version) => {
    const family = sorted.filter((address) => addressVersion(address) === version);
    const count = Math.ceil(family.length / shardSize);
    return Array.from({ length: count }, (_, i) => family.slice(i * shardSize, (i + 1) * shardSize));
  });
}

function planNotes(input: CyclePlanInput): readonly string[] {
  const fragile = input.addresses.filter((address) => input.fragile.has(address));
  if (fragile.length === 0) return [];
  const how = input.technique === "connect" ? "full connections without data, as raw sockets are missing" : "SYN only";
  return [`${fragile.length} fragile host(s): no version detection, no scripts; port states by ${how}`];
}

/** A run that only asks for states. */
export type PlainRun = Pick<
  RunPlan,
  "cycleId" | "shard" | "n" | "phase" | "technique" | "addresses" | "ports" | "pace"
> & { readonly assumeUp?: boolean };

export function plainRun(run: PlainRun): RunPlan {
  return withDeadline({
    ...run,
    assumeUp: run.assumeUp ?? false,
    versionIntensity: null,
    shortWait: false,
    osDetection: false,
    scripts: [],
  });
}

export function withDeadline(plan: Omit<RunPlan, "deadlineMs">): RunPlan {
  return { ...plan, deadlineMs: nmapDeadlineMs(plan) };
}

/** All TCP ports of one host: the search for an endpoint that moved. Positive evidence only, hence not `ports`. */
export function planSweepOf(
  address: string,
  run: Omit<PlainRun, "phase" | "addresses" | "ports" | "assumeUp">,
): RunPlan {
  const { cycleId, shard, n, pace } = run;
  return plainRun({
    cycleId,
    shard,
    n,
    pace,
    technique: run.technique === "udp" ? "connect" : run.technique,
    phase: "verify",
    addresses: [address],
    ports: new Map([["tcp", [[1, 65_535]]]]),
    assumeUp: true,
  });
}

/** The shard's known hosts that did not answer: probed on their known ports before they count as gone. */
export function planPresence(shard: ShardPlan, silent: PortsByAddress, n: number): RunPlan | null {
  const addresses = shard.addresses.filter((address) => silent.has(address));
  const ports = union(...addresses.map((address) => silent.get(address)?.get("tcp") ?? EMPTY));
  if (addresses.length === 0 || ports.length === 0) return null;
  const { cycleId, technique, pace } = shard.ports;
  return plainRun({
    cycleId,
    shard: shard.n,
    n,
    phase: "verify",
    technique,
    addresses,
    ports: new Map([["tcp", ports]]),
    pace,
    assumeUp: true,
  });
}
