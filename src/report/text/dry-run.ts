import { formatDuration } from "../../lib/time.ts";
import type { ShardPreview } from "../../domain/scan-plan.ts";
import type { ScanPlanView } from "../model/plan.ts";
import { counted, GAP, lines, type TextDocument, verbatim } from "./document.ts";

/** What `scan --dry-run` says to a person: totals first, then one command line per shard. */
export function dryRunText(plan: ScanPlanView): TextDocument {
  const { estimate } = plan;
  const time = `${formatDuration(estimate.seconds * 1000)} at the pace's rate, at most ${formatDuration(estimate.deadlineSeconds * 1000)}`;
  const [addresses, shards] = [
    counted(plan.addresses, "address", "addresses"),
    counted(plan.shards.length, "shard", "shards"),
  ];
  return [
    lines(
      `${plan.segment} · dry run: nothing is started or changed`,
      `${addresses} in ${shards} · about ${estimate.packets} packets · ${time}`,
      "Fingerprints of open ports and the verification of changes come on top: they depend on what is found.",
      ...plan.names.map((one) => `${one.name} is ${one.addresses.join(", ")}`),
      ...plan.notes.map((note) => `note: ${note}`),
    ),
    ...plan.shards.flatMap(shardText),
  ];
}

function shardText({ shard, addresses, ports, estimate, argv }: ShardPreview): TextDocument {
  const asked = `${counted(addresses, "address", "addresses")} × ${counted(ports, "port", "ports")}`;
  return [
    GAP,
    lines(`shard ${shard}: ${asked}, about ${estimate.packets} packets`),
    verbatim(`  ${argv.map(quoted).join(" ")}`),
  ];
}

/** As a shell would take it, so that it can be tried out by hand. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
