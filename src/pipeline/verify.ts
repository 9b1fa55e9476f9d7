import { suspects } from "../detect/suspects.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { ProbeRequest } from "../domain/ports/prober.ts";
import { CHECK_SHARD } from "../domain/scan-plan.ts";
import { sentinelsOf } from "../scan/quality/sentinels.ts";
import { askProber, searchMissing, type VerifyWork } from "./search.ts";

/** One answer is enough. */
const PORTS_PER_SENTINEL = 4;

/**
 * Re-probes every doubt of the cycle, that host and port only and with the other technique, so that a change is
 * confirmed without waiting for the next scan, and searches for declared endpoints that are not where they should be. Known hosts that were silent were asked already, with their shard.
 * Returns the extra runs; none when nobody can be asked.
 */
export async function verify(view: CycleView, work: VerifyWork): Promise<readonly NmapRun[]> {
  const done = work.memory.finished.filter((run) => run.shard === CHECK_SHARD);
  if (done.length > 0) return done;
  const { tick, rooms, signal } = work;
  const startedAt = rooms.clock.monotonic();
  const doubts = [...(view.vantage.state === "degraded" ? [] : suspects(view)), ...silentSentinels(view)];
  const probed = await askProber(doubts, work);
  const runs = [...probed, ...(await searchMissing(view, probed, work))];
  if (runs.length === 0 || signal.aborted) return [];
  const elapsedMs = Math.round(rooms.clock.monotonic() - startedAt);
  await rooms.store.commitShard({ cycleId: tick.cycleId, shard: CHECK_SHARD, elapsedMs, runs });
  return runs;
}

/** One answer of a host that is always up is proof that the sensor still sees: it is asked once more at the end. */
function silentSentinels(view: CycleView): readonly ProbeRequest[] {
  const silent = new Set(view.absent.map((absent) => absent.known.id));
  return sentinelsOf(view.baseline)
    .filter((host) => silent.has(host.id))
    .flatMap((host) => {
      const open = [...host.ports.values()].filter((port) => port.transport === "tcp" && port.current === "open");
      return open.slice(0, PORTS_PER_SENTINEL).map(({ transport, number }): ProbeRequest => {
        return { address: host.address, port: { transport, number }, ask: "state" };
      });
    });
}
