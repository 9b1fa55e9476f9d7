import type { HostBaseline, SegmentBaseline } from "../domain/baseline.ts";
import type { DeclaredState } from "../domain/declaration.ts";
import { type PortRef, portKey, type Transport } from "../domain/network.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { ScanProgress, Scanner } from "../domain/ports/scanner.ts";
import type { Pace, Profile, ShardPlan, Technique } from "../domain/scan-plan.ts";
import { fromNumbers, type Intervals, normalise, union } from "../lib/intervals.ts";
import { canonicalAddress } from "../lib/ip.ts";
import { runWithQuarantine } from "../scan/nmap/quarantine.ts";
import { planFingerprint } from "../scan/plan/fingerprint.ts";
import { planCycle, planPresence, type PortsByAddress } from "../scan/plan/plan.ts";
import type { Memory } from "./recall.ts";
import type { ScannedShard, ScanSource } from "./tick.ts";

export interface LiveScan {
  readonly scanner: Scanner;
  readonly clock: Clock;
  readonly cycleId: string;
  readonly profile: Profile;
  readonly technique: Technique;
  readonly pace: Pace;
  /** Canonical, in scope, excludes removed. */
  readonly addresses: readonly string[];
  readonly ports: ReadonlyMap<Transport, Intervals>;
  readonly fragile: ReadonlySet<string>;
  readonly scripts: readonly string[];
  readonly osDetection: boolean;
  readonly onProgress?: (progress: ScanProgress) => void;
}

/** nmap as a source of facts: ports, then known hosts that were silent, then fingerprints where there is a reason. */
export function liveSource(live: LiveScan): ScanSource {
  return { shards: (memory, signal) => liveShards(live, memory, signal), outOfScope: () => 0 };
}

async function* liveShards(live: LiveScan, memory: Memory, signal: AbortSignal): AsyncGenerator<ScannedShard> {
  const plan = planCycle({
    ...live,
    knownPorts: knownPorts(memory.baseline),
    declaredPorts: declaredPorts(memory.declared),
  });
  for (const shard of plan.shards) {
    if (signal.aborted) return;
    const startedAt = live.clock.monotonic();
    const runs = await scanShard({ live, memory, shard, signal });
    yield { shard: shard.n, elapsedMs: Math.round(live.clock.monotonic() - startedAt), runs };
  }
}

interface ShardWork {
  readonly live: LiveScan;
  readonly memory: Memory;
  readonly shard: ShardPlan;
  readonly signal: AbortSignal;
}

/** A run that was stopped or failed ends the shard: what comes after it would rest on nothing. */
async function scanShard(work: ShardWork): Promise<readonly NmapRun[]> {
  const { live, shard, signal } = work;
  const options = { signal, ...(live.onProgress === undefined ? {} : { onProgress: live.onProgress }) };
  const ports = await live.scanner.run(shard.ports, options);
  const runs = [ports];
  if (ports.completeness === "failed" || signal.aborted) return runs;
  const presence = planPresence(shard, silentHosts(work, ports), runs.length);
  if (presence !== null) runs.push(await live.scanner.run(presence, options));
  const plans = fingerprintPlans(work, runs);
  let next = runs.length + plans.length;
  for (const plan of plans) {
    if (signal.aborted) return runs;
    runs.push(...(await runWithQuarantine(live.scanner, plan, { ...options, nextN: () => next++ })));
  }
  return runs;
}

/** Known hosts of the shard that discovery did not find, with the ports they are known for. */
function silentHosts({ memory, shard }: ShardWork, ports: NmapRun): PortsByAddress {
  const up = new Set(ports.hosts.filter((host) => host.state === "up").map((host) => host.address));
  const here = new Set(shard.addresses);
  const silent = [...memory.baseline.hosts.values()].filter(
    (host) => host.current === "up" && here.has(host.address) && !up.has(host.address),
  );
  return new Map(silent.map((host) => [host.address, openPorts(host)]));
}

function fingerprintPlans(work: ShardWork, runs: readonly NmapRun[]) {
  const { live, memory, shard } = work;
  const byAddress = new Map([...memory.baseline.hosts.values()].map((host) => [host.address, host]));
  return planFingerprint({
    shard,
    profile: live.profile,
    seen: runs.flatMap((run) => run.hosts).filter((host) => host.state === "up"),
    knowledge: (address, port) => knowledgeOf(byAddress.get(address), port),
    fragile: live.fragile,
    osKnown: (address) => byAddress.get(address)?.fields.has("os_family") === true,
    osDetection: live.osDetection,
    scripts: live.scripts,
    now: live.clock.now(),
    firstN: runs.length,
  });
}

function knowledgeOf(host: HostBaseline | undefined, port: PortRef) {
  const known = host?.ports.get(portKey(port));
  return { fingerprinted: known?.fingerprinted ?? null, changed: known?.current !== "open" };
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
