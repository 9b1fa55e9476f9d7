import type { HostBaseline, SegmentBaseline } from "../domain/baseline.ts";
import type { DeclaredState } from "../domain/declaration.ts";
import { portKey, type Transport } from "../domain/network.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Pace, Profile, ScanPlan, Technique } from "../domain/scan-plan.ts";
import { fromNumbers, type Intervals, normalise, union } from "../lib/intervals.ts";
import { canonicalAddress } from "../lib/ip.ts";
import { planCycle, type PortsByAddress } from "../scan/plan/plan.ts";
import type { ShardKnowledge, ShardRunner } from "../scan/shard-runner.ts";
import type { Memory } from "./recall.ts";
import type { ScanExtent, ScannedShard, ScanSource } from "./tick.ts";

export interface LiveScan {
  readonly runner: ShardRunner;
  readonly clock: Clock;
  readonly cycleId: string;
  readonly profile: Profile;
  readonly technique: Technique;
  readonly pace: Pace;
  /** Canonical, in scope, excludes removed. */
  readonly addresses: readonly string[];
  readonly ports: ReadonlyMap<Transport, Intervals>;
  readonly fragile: ReadonlySet<string>;
  readonly shardSize?: number;
}

/** nmap as a source of facts: memory says what to ask, the shard runner asks it. */
export function liveSource(live: LiveScan, asked: Pick<ScanExtent, "gaps" | "narrowed">): ScanSource {
  const extent = { ...asked, outOfScope: 0 };
  return { shards: (memory, signal) => liveShards(live, memory, signal), extent: () => extent };
}

async function* liveShards(live: LiveScan, memory: Memory, signal: AbortSignal): AsyncGenerator<ScannedShard> {
  const plan = planOf(live, memory);
  const known = knowledgeOf(memory.baseline, live.clock.now());
  const finished = new Set(memory.finished.map((run) => run.shard));
  for (const shard of plan.shards.filter((one) => !finished.has(one.n))) {
    if (signal.aborted) return;
    const startedAt = live.clock.monotonic();
    const runs = await live.runner.scan({ shard, known, signal });
    yield { shard: shard.n, elapsedMs: Math.round(live.clock.monotonic() - startedAt), runs };
  }
}

/** What is known and what is declared is asked in every cycle, beside the configured ports. */
export function planOf(
  live: Omit<LiveScan, "runner" | "clock">,
  memory: Pick<Memory, "baseline" | "declared">,
): ScanPlan {
  return planCycle({
    ...live,
    knownPorts: knownPorts(memory.baseline),
    declaredPorts: declaredPorts(memory.declared),
  });
}

function knowledgeOf(baseline: SegmentBaseline, now: number): ShardKnowledge {
  // Where a host was replaced, the one that is up speaks for the address.
  const hosts = [...baseline.hosts.values()].toSorted(
    (a, b) => Number(a.current === "up") - Number(b.current === "up"),
  );
  const byAddress = new Map(hosts.map((host) => [host.address, host]));
  return {
    portsOfKnown: (address) => {
      const host = byAddress.get(address);
      return host?.current === "up" ? openPorts(host) : null;
    },
    port: (address, port) => {
      const known = byAddress.get(address)?.ports.get(portKey(port));
      return { fingerprinted: known?.fingerprinted ?? null, changed: known?.current !== "open" };
    },
    os: (address) => {
      const host = byAddress.get(address);
      return { identified: host?.fields.has("os_family") === true, askedAt: host?.osAskedAt ?? null };
    },
    now,
  };
}

function knownPorts(baseline: SegmentBaseline): PortsByAddress {
  return new Map([...baseline.hosts.values()].map((host) => [host.address, openPorts(host)]));
}

function openPorts(host: HostBaseline): ReadonlyMap<Transport, Intervals> {
  const open = [...host.ports.values()].filter((port) => port.reference === "open" || port.current === "open");
  const byTransport = Map.groupBy(open, (port) => port.transport);
  return new Map([...byTransport].map(([transport, ports]) => [transport, fromNumbers(ports.map((p) => p.number))]));
}

/** Declared endpoints join the plan of their hosts, inside the scope only: the plan asks no other address. */
function declaredPorts(declared: DeclaredState | null): PortsByAddress {
  const result = new Map<string, ReadonlyMap<Transport, Intervals>>();
  for (const declaration of declared?.declarations ?? []) {
    if (declaration.kind !== "service" || declaration.anyPort || declaration.transport === "any") continue;
    const ports = normalise([[declaration.portFrom, declaration.portTo]]);
    for (const text of declaration.target.addresses) {
      const address = canonicalAddress(text);
      if (address === null) continue;
      const known = result.get(address) ?? new Map<Transport, Intervals>();
      result.set(
        address,
        new Map([...known, [declaration.transport, union(known.get(declaration.transport) ?? [], ports)]]),
      );
    }
  }
  return result;
}
