import { suspects } from "../detect/suspects.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import { CHECK_SHARD } from "../domain/scan-plan.ts";
import type { Memory } from "./recall.ts";
import type { CycleRooms, CycleTick } from "./tick.ts";

export interface VerifyWork {
  readonly tick: CycleTick;
  readonly memory: Memory;
  readonly rooms: CycleRooms;
  readonly signal: AbortSignal;
}

/**
 * Re-probes every doubt of the cycle, that host and port only and with the other technique, so that a change is
 * confirmed without waiting for the next scan. Known hosts that were silent were asked already, with their shard.
 * Returns the extra runs; none when nobody can be asked.
 */
export async function verify(view: CycleView, work: VerifyWork): Promise<readonly NmapRun[]> {
  const done = work.memory.finished.filter((run) => run.shard === CHECK_SHARD);
  if (done.length > 0) return done;
  const requests = suspects(view);
  if (requests.length === 0 || view.vantage.state === "degraded") return [];
  const { tick, rooms, signal } = work;
  const startedAt = rooms.clock.monotonic();
  const answer = await rooms.prober.probe(requests, signal);
  if (answer.kind === "unavailable" || answer.runs.length === 0 || signal.aborted) return [];
  const elapsedMs = Math.round(rooms.clock.monotonic() - startedAt);
  await rooms.store.commitShard({ cycleId: tick.cycleId, shard: CHECK_SHARD, elapsedMs, runs: answer.runs });
  return answer.runs;
}
