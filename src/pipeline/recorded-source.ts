import type { NmapRun } from "../domain/nmap-run.ts";
import type { Prober } from "../domain/ports/prober.ts";
import type { ScanSource } from "./tick.ts";

/** A recorded file as a source of facts; hosts outside the scope are dropped and counted. */
export function recordedSource(run: NmapRun, inScope: (address: string) => boolean): ScanSource {
  const hosts = run.hosts.filter((host) => inScope(host.address));
  const shard = { shard: 0, elapsedMs: run.endedAt - run.startedAt, runs: [{ ...run, hosts }] };
  return {
    // oxlint-disable-next-line require-await -- a file that was read is still a source of shards
    shards: async function* recorded() {
      yield shard;
    },
    outOfScope: () => run.hosts.length - hosts.length,
  };
}

/** Nobody can be asked about a recorded scan: positive evidence opens unconfirmed. */
export function noProber(): Prober {
  return { probe: () => Promise.resolve({ kind: "unavailable" }) };
}
