import { suspects } from "../detect/suspects.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { CycleRooms, CycleTick } from "./tick.ts";

/**
 * Re-probes every doubt of the cycle, that host and port only and with the other technique, so that a change is
 * confirmed without waiting for the next scan. Known hosts that were silent were asked already, with their shard.
 * Returns the extra runs; none when nobody can be asked.
 */
export async function verify(
  view: CycleView,
  work: { readonly tick: CycleTick; readonly rooms: CycleRooms; readonly signal: AbortSignal },
): Promise<readonly NmapRun[]> {
  const requests = suspects(view);
  if (requests.length === 0 || view.vantage.state === "degraded") return [];
  const startedAt = work.rooms.clock.now();
  const answer = await work.rooms.prober.probe(requests, work.signal);
  if (answer.kind === "unavailable" || answer.runs.length === 0) return [];
  const shard = answer.runs[0]?.shard ?? 0;
  const elapsedMs = work.rooms.clock.now() - startedAt;
  await work.rooms.store.commitShard({ cycleId: work.tick.cycleId, shard, elapsedMs, runs: answer.runs });
  return answer.runs;
}
