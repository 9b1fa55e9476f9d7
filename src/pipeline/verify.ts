import { missingEndpoints } from "../declared/compare/missing-endpoints.ts";
import { suspects } from "../detect/suspects.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { ProbeRequest } from "../domain/ports/prober.ts";
import { CHECK_SHARD } from "../domain/scan-plan.ts";
import { hostsInDoubt, hostsToSearch, newsOf, servicesToAsk } from "../scan/plan/ask-again.ts";
import type { CycleWork } from "./deps.ts";

/**
 * Probes every change of the cycle again, only that host and port and with the other technique, so that it is
 * confirmed without waiting for the next scan, and what it shows is known; in a scan that lost answers too, where only
 * what did answer is asked. Searches for declared endpoints that are not where they should be.
 * Known hosts that were silent were asked already, with their shard. Returns the extra runs; none when nobody can be
 * asked.
 */
export async function verify(view: CycleView, work: CycleWork): Promise<readonly NmapRun[]> {
  const done = work.memory.finished.filter((run) => run.shard === CHECK_SHARD);
  if (done.length > 0) return done;
  const { tick, deps, signal } = work;
  const startedAt = deps.clock.monotonic();
  const news = isAskedInVain(view) ? [] : suspects(view);
  const doubts = [...news, ...hostsInDoubt(view)];
  const probed = await probe(doubts, work);
  const runs = [...probed, ...(await search(view, probed, work))];
  if (runs.length === 0 || signal.aborted) return [];
  const elapsedMs = Math.round(deps.clock.monotonic() - startedAt);
  await deps.store.commitShard({ cycleId: tick.context.cycleId, shard: CHECK_SHARD, elapsedMs, runs });
  return runs;
}

/** What answers in between would answer again, and without a link nobody does. */
function isAskedInVain({ vantage }: CycleView): boolean {
  return vantage.problems.some((problem) => problem === "path-intercepted" || problem === "link-down");
}

async function probe(requests: readonly ProbeRequest[], { deps, signal }: CycleWork): Promise<readonly NmapRun[]> {
  if (requests.length === 0 || signal.aborted) return [];
  const answer = await deps.prober.probe(requests, signal);
  return answer.kind === "unavailable" ? [] : answer.runs;
}

async function search(view: CycleView, probed: readonly NmapRun[], work: CycleWork): Promise<readonly NmapRun[]> {
  const addresses = hostsToSearch(missingEndpoints(view, work.memory.declared), probed);
  if (addresses.length === 0) return [];
  const answer = await work.deps.prober.search(addresses, work.signal);
  if (answer.kind === "unavailable") return [];
  const found = answer.runs.map((run) => newsOf(run, view));
  return [...found, ...(await probe(found.flatMap(servicesToAsk), work))];
}
