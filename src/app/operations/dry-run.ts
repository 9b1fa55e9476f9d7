import { join } from "node:path";
import type { LoadedConfig } from "../../config/load.ts";
import { emptyBaseline } from "../../domain/baseline.ts";
import type { Profile, ScanPlan, ShardPlan } from "../../domain/scan-plan.ts";
import { ok, type Result } from "../../lib/result.ts";
import { planOf } from "../../pipeline/live-source.ts";
import type { Memory } from "../../pipeline/recall.ts";
import { nmapArguments } from "../../scan/nmap/arguments.ts";
import { ipv6Obstacle } from "../../scan/nmap/ipv6.ts";
import { estimateRun, type RunEstimate } from "../../scan/plan/estimate.ts";
import type { TargetPlan } from "../../scan/plan/targets.ts";
import { size } from "../../lib/intervals.ts";
import { addressVersion } from "../../lib/ip.ts";
import { declaredReader } from "../declared-reader.ts";
import { type LiveScanner, type PinnedScan, prepareLive } from "../live.ts";
import { packagePath } from "../../config/package-root.ts";
import { openState, systemClock } from "../wiring.ts";
import type { OperationFailure } from "../failure.ts";

/** `tripline scan --dry-run`: what would be started. Nothing is started, written or locked. */
export interface DryRunRequest {
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
  readonly profile: Profile;
  readonly only?: readonly string[];
}

export interface DryRun {
  readonly segment: string;
  readonly addresses: number;
  readonly estimate: RunEstimate;
  readonly shards: readonly DryShard[];
  /** What each host name stands for now. */
  readonly names: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** Targets that would not be measured, and what fragile hosts are spared. */
  readonly notes: readonly string[];
}

export interface DryShard {
  readonly shard: number;
  readonly addresses: number;
  readonly ports: number;
  readonly argv: readonly string[];
  readonly estimate: RunEstimate;
}

export async function dryRun(request: DryRunRequest): Promise<Result<DryRun, OperationFailure>> {
  const live = prepareLive(request.loaded, request.stateDirectory);
  if (!live.ok) return live;
  const pinned = await live.value.pin(request.only);
  return pinned.ok ? ok(await planned(request, live.value, pinned.value)) : pinned;
}

async function planned(request: DryRunRequest, live: LiveScanner, pinned: PinnedScan): Promise<DryRun> {
  const { targets, settings } = pinned;
  const { addresses } = targets;
  const plan = planOf({ ...settings, cycleId: "dry-run", profile: request.profile, addresses }, await known(request));
  const shards = plan.shards.map((shard) => dryShard(shard, request, { raw: live.raw, exclude: targets.excluded }));
  const sum = (pick: (estimate: RunEstimate) => number) => shards.reduce((total, s) => total + pick(s.estimate), 0);
  return {
    segment: request.loaded.config.segment,
    addresses: addresses.length,
    estimate: {
      packets: sum((e) => e.packets),
      seconds: sum((e) => e.seconds),
      deadlineSeconds: sum((e) => e.deadlineSeconds),
    },
    shards,
    names: [...targets.pinned].map(([name, pinnedTo]) => ({ name, addresses: pinnedTo })),
    notes: await notesOf(plan, targets),
  };
}

async function notesOf(plan: ScanPlan, { addresses, unmeasured, leftOut }: TargetPlan): Promise<readonly string[]> {
  const unspoken = await ipv6Obstacle(addresses.filter((address) => addressVersion(address) === 6));
  const names = [...unmeasured, ...leftOut].map(({ text, reason }) => `${text}: ${reason}`);
  return [...plan.notes, ...names, ...(unspoken === null ? [] : [unspoken])];
}

/** Known open ports join the plan; a state that is not there yet knows nothing. */
async function known({ loaded, stateDirectory }: DryRunRequest): Promise<Pick<Memory, "baseline" | "declared">> {
  const read = declaredReader(loaded, systemClock());
  const declared = read === null ? null : await read(null);
  const { segment } = loaded.config;
  const opened = openState(stateDirectory, "read");
  if (!opened.ok) return { baseline: emptyBaseline(segment), declared };
  try {
    return { baseline: await opened.value.cycles.loadBaseline(segment), declared };
  } finally {
    opened.value.close();
  }
}

function dryShard(
  shard: ShardPlan,
  { stateDirectory }: DryRunRequest,
  how: { readonly raw: boolean; readonly exclude: readonly string[] },
): DryShard {
  const argv = nmapArguments(shard.ports, {
    privilege: how.raw ? "raw" : "connect",
    xmlFile: join(stateDirectory, "work", "run-XXXXXX", "nmap.xml"),
    nseDir: packagePath("nse-scripts"),
    scriptFiles: [],
    scriptArgsFile: null,
    probeFile: null,
    exclude: how.exclude,
  });
  return {
    shard: shard.n,
    addresses: shard.addresses.length,
    ports: [...shard.ports.ports.values()].reduce((sum, ports) => sum + size(ports), 0),
    argv: ["nmap", ...argv],
    estimate: estimateRun(shard.ports),
  };
}
