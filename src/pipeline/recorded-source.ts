import type { Prober } from "../domain/ports/prober.ts";
import type { ScanExtent, ScannedShard, ScanSource } from "./tick.ts";

/** What was measured before as a source of facts; hosts outside the scope are dropped and counted. */
export function recordedSource(
  recorded: readonly ScannedShard[],
  inScope: (address: string) => boolean,
  asked: Pick<ScanExtent, "gaps" | "narrowed">,
): ScanSource {
  const shards = recorded.map((shard) => ({
    ...shard,
    runs: shard.runs.map((run) => ({ ...run, hosts: run.hosts.filter((host) => inScope(host.address)) })),
  }));
  return {
    // oxlint-disable-next-line require-await -- what was read is still a source of shards
    shards: async function* replayed() {
      yield* shards;
    },
    extent: () => ({ ...asked, outOfScope: addresses(recorded).size - addresses(shards).size }),
  };
}

function addresses(shards: readonly ScannedShard[]): ReadonlySet<string> {
  return new Set(shards.flatMap((shard) => shard.runs.flatMap((run) => run.hosts.map((host) => host.address))));
}

/** Nobody can be asked about the past: positive evidence opens unconfirmed, unless it was verified then. */
export function noProber(): Prober {
  const unavailable = () => Promise.resolve({ kind: "unavailable" } as const);
  return { probe: unavailable, search: unavailable };
}
