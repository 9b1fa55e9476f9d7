import { suspects } from "../detect/suspects.ts";
import type { CycleView } from "../domain/cycle.ts";
import { parsePortKey } from "../domain/network.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { ProbeRequest } from "../domain/ports/prober.ts";
import type { CycleRooms, CycleTick } from "./tick.ts";

/** A silent host is asked on at most this many of its known ports: one answer is enough. */
const PORTS_PER_SILENT_HOST = 4;

/**
 * Re-probes every doubt of the cycle, that host and port only and with the other technique, so that a change is
 * confirmed without waiting for the next scan. Returns the extra runs; none when nobody can be asked.
 */
export async function verify(
  view: CycleView,
  work: { readonly tick: CycleTick; readonly rooms: CycleRooms; readonly signal: AbortSignal },
): Promise<readonly NmapRun[]> {
  const requests = [...suspects(view), ...silentHosts(view)];
  if (requests.length === 0 || view.vantage.state === "degraded") return [];
  const startedAt = work.rooms.clock.now();
  const answer = await work.rooms.prober.probe(requests, work.signal);
  if (answer.kind === "unavailable" || answer.runs.length === 0) return [];
  const shard = answer.runs[0]?.shard ?? 0;
  const elapsedMs = work.rooms.clock.now() - startedAt;
  await work.rooms.store.commitShard({ cycleId: work.tick.cycleId, shard, elapsedMs, runs: answer.runs });
  return answer.runs;
}

/** Discovery may miss a host that still serves: it is asked on its known ports before it counts as absent. */
function silentHosts(view: CycleView): readonly ProbeRequest[] {
  const silent = view.absent.filter((host) => host.answer === "down" && host.known.current === "up");
  return silent.flatMap(({ known }) =>
    [...known.ports]
      .filter(([, port]) => port.reference === "open")
      .slice(0, PORTS_PER_SILENT_HOST)
      .flatMap(([key]): ProbeRequest[] => {
        const port = parsePortKey(key);
        return port === null ? [] : [{ address: known.address, port, ask: "state" }];
      }),
  );
}
