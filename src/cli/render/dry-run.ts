import type { DryRun } from "../../app/operations/dry-run.ts";
import type { ShardPreview } from "../../domain/scan-plan.ts";
import { formatDuration } from "../../lib/time.ts";

/** What `scan --dry-run` says to a person: totals first, then one command line per shard. */
export function renderDryRun(plan: DryRun): string {
  const { estimate } = plan;
  const time = `${formatDuration(estimate.seconds * 1000)} at the pace's rate, at most ${formatDuration(estimate.deadlineSeconds * 1000)}`;
  return [
    `${plan.segment} · dry run: nothing is started or changed`,
    `${plan.addresses} addresses in ${plan.shards.length} ${plan.shards.length === 1 ? "shard" : "shards"} · about ${estimate.packets} packets · ${time}`,
    "Fingerprints of open ports and the verification of changes come on top: they depend on what is found.",
    ...plan.names.map(({ name, addresses }) => `${name} is ${addresses.join(", ")}`),
    ...plan.notes.map((note) => `note: ${note}`),
    ...plan.shards.map(shardText),
  ].join("\n");
}

function shardText({ shard, addresses, ports, estimate, argv }: ShardPreview): string {
  return `\nshard ${shard}: ${addresses} addresses × ${ports} ports, about ${estimate.packets} packets\n  ${argv.map(quoted).join(" ")}`;
}

/** As a shell would take it, so that it can be tried out by hand. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
