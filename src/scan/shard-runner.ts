import type { PortRef, Transport } from "../domain/network.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { Prober } from "../domain/ports/prober.ts";
import type { ScanProgress, Scanner } from "../domain/ports/scanner.ts";
import {
  CHECK_SHARD,
  type Pace,
  type Profile,
  type RunPlan,
  type ShardPlan,
  type Technique,
} from "../domain/scan-plan.ts";
import type { Intervals } from "../lib/intervals.ts";
import { runWithQuarantine } from "./nmap/quarantine.ts";
import { type OsKnowledge, planFingerprint, type PortKnowledge } from "./plan/fingerprint.ts";
import { planPresence, planSweepOf } from "./plan/plan.ts";
import { planVerify } from "./plan/verify.ts";

/** How one cycle scans; the same for all its shards. */
export interface ShardSettings {
  readonly scanner: Scanner;
  readonly cycleId: string;
  readonly profile: Profile;
  readonly technique: Technique;
  /** False: without raw sockets there is only connect. */
  readonly raw: boolean;
  readonly pace: Pace;
  readonly fragile: ReadonlySet<string>;
  readonly scripts: readonly string[];
  readonly osDetection: boolean;
  readonly onProgress?: (progress: ScanProgress) => void;
}

/** What is remembered of the hosts to be scanned, as far as it decides what to ask. */
export interface ShardKnowledge {
  /** Ports of a host that was up in the last scan; null: nobody is missed at this address. */
  readonly portsOfKnown: (address: string) => ReadonlyMap<Transport, Intervals> | null;
  readonly port: (address: string, port: PortRef) => PortKnowledge;
  readonly os: (address: string) => OsKnowledge;
  /** Time of the cycle, UTC ms. */
  readonly now: number;
}

export interface ShardWork {
  readonly shard: ShardPlan;
  readonly known: ShardKnowledge;
  readonly signal: AbortSignal;
}

/** The only place that knows in which order nmap is asked: everything a cycle sends goes through it. */
export interface ShardRunner extends Prober {
  scan(work: ShardWork): Promise<readonly NmapRun[]>;
}

export function createShardRunner(settings: ShardSettings): ShardRunner {
  let nextCheck = 0;
  return {
    scan: (work) => scanShard(settings, work),
    async probe(requests, signal) {
      const plans = planVerify({ ...settings, shard: CHECK_SHARD, requests, firstN: nextCheck });
      nextCheck += plans.length;
      const runs = await runAll(settings, plans, { signal, nextN: () => nextCheck++ });
      return { kind: "probed", runs };
    },
    async search(addresses, signal) {
      const plans = searchedHosts(settings, addresses).map((address) =>
        planSweepOf(address, { ...settings, shard: CHECK_SHARD, n: nextCheck++ }),
      );
      return { kind: "probed", runs: await runAll(settings, plans, { signal, nextN: () => nextCheck++ }) };
    },
  };
}

/**
 * All TCP ports of a host are 65,535 probes, two minutes at the polite pace: a few hosts per cycle, and never one that is
 * fragile.
 */
const SEARCHES_PER_CYCLE = 2;

function searchedHosts({ fragile }: ShardSettings, addresses: readonly string[]): readonly string[] {
  return addresses.filter((address) => !fragile.has(address)).slice(0, SEARCHES_PER_CYCLE);
}

/**
 * Port states, then the known hosts that were silent, then fingerprints of what is open. A run that failed or was
 * stopped ends the shard: what comes after it would rest on nothing.
 */
async function scanShard(settings: ShardSettings, work: ShardWork): Promise<readonly NmapRun[]> {
  const { shard, signal } = work;
  const ports = await settings.scanner.run(shard.ports, optionsOf(settings, signal));
  const runs = [ports];
  if (ports.completeness === "failed" || signal.aborted) return runs;
  const presence = planPresence(shard, silentHosts(work, ports), runs.length);
  if (presence !== null) runs.push(await settings.scanner.run(presence, optionsOf(settings, signal)));
  const plans = fingerprintPlans(settings, work, runs);
  let next = runs.length + plans.length;
  return [...runs, ...(await runAll(settings, plans, { signal, nextN: () => next++ }))];
}

function optionsOf({ onProgress }: ShardSettings, signal: AbortSignal) {
  return { signal, ...(onProgress === undefined ? {} : { onProgress }) };
}

async function runAll(
  settings: ShardSettings,
  plans: readonly RunPlan[],
  how: { readonly signal: AbortSignal; readonly nextN: () => number },
): Promise<readonly NmapRun[]> {
  const options = { ...optionsOf(settings, how.signal), nextN: how.nextN };
  const runs: NmapRun[] = [];
  for (const plan of plans) {
    if (how.signal.aborted) break;
    runs.push(...(await runWithQuarantine(settings.scanner, plan, options)));
  }
  return runs;
}

/** Known hosts of the shard that discovery did not find: it may miss a host that still serves. */
function silentHosts(
  { shard, known }: ShardWork,
  ports: NmapRun,
): ReadonlyMap<string, ReadonlyMap<Transport, Intervals>> {
  const up = new Set(ports.hosts.filter((host) => host.state === "up").map((host) => host.address));
  return new Map(
    shard.addresses.flatMap((address) => {
      const missed = up.has(address) ? null : known.portsOfKnown(address);
      return missed === null ? [] : [[address, missed] as const];
    }),
  );
}

function fingerprintPlans(settings: ShardSettings, { shard, known }: ShardWork, runs: readonly NmapRun[]) {
  return planFingerprint({
    ...settings,
    shard,
    seen: runs.flatMap((run) => run.hosts).filter((host) => host.state === "up"),
    knowledge: known.port,
    os: known.os,
    now: known.now,
    firstN: runs.length,
  });
}
