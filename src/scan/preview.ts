import { join } from "node:path";
import type { ScanKnowledge } from "../domain/ports/scan-source.ts";
import type { ScanPreview, ShardPlan, ShardPreview } from "../domain/scan-plan.ts";
import type { TargetPlan } from "../domain/target-plan.ts";
import { size } from "../lib/intervals.ts";
import { addressVersion } from "../lib/ip.ts";
import { nmapArguments, type Privilege } from "./nmap/arguments.ts";
import { ipv6Obstacle } from "./nmap/ipv6.ts";
import { estimateRun } from "./plan/estimate.ts";
import { type PlanSettings, planOf } from "./plan/knowledge.ts";

export interface PreviewOptions {
  readonly settings: PlanSettings;
  readonly known: Pick<ScanKnowledge, "baseline" | "declared">;
  readonly targets: TargetPlan;
  readonly privilege: Privilege;
  readonly workDir: string;
  readonly nseDir: string;
}

/** What a cycle would start. Nothing is started or written. */
export async function previewScan(options: PreviewOptions): Promise<ScanPreview> {
  const { addresses, unmeasured, leftOut } = options.targets;
  const plan = planOf(options.settings, options.known);
  const unspoken = await ipv6Obstacle(addresses.filter((address) => addressVersion(address) === 6));
  const names = [...unmeasured, ...leftOut].map(({ text, reason }) => `${text}: ${reason}`);
  return {
    shards: plan.shards.map((shard) => shardPreview(shard, options)),
    notes: [...plan.notes, ...names, ...(unspoken === null ? [] : [unspoken])],
  };
}

function shardPreview(shard: ShardPlan, { privilege, workDir, nseDir, targets }: PreviewOptions): ShardPreview {
  const argv = nmapArguments(shard.ports, {
    privilege,
    xmlFile: join(workDir, "run-XXXXXX", "nmap.xml"),
    nseDir,
    scriptFiles: [],
    scriptArgsFile: null,
    probeFile: null,
    exclude: targets.excluded,
  });
  return {
    shard: shard.n,
    addresses: shard.addresses.length,
    ports: [...shard.ports.ports.values()].reduce((sum, ports) => sum + size(ports), 0),
    argv: ["nmap", ...argv],
    estimate: estimateRun(shard.ports),
  };
}
