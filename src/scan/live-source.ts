import type { Clock } from "../domain/ports/clock.ts";
import type { ScanExtent, ScanKnowledge, ScannedShard, ScanSource } from "../domain/ports/scan-source.ts";
import { knowledgeOf, type PlanSettings, planOf } from "./plan/knowledge.ts";
import type { ShardRunner } from "./shard-runner.ts";

export interface LiveScan extends PlanSettings {
  readonly runner: ShardRunner;
  readonly clock: Clock;
}

/** nmap as a source of facts: memory says what to ask, the shard runner asks it. */
export function liveSource(live: LiveScan, asked: Pick<ScanExtent, "gaps" | "narrowed" | "asked">): ScanSource {
  const extent = { ...asked, outOfScope: 0 };
  return { shards: (known, signal) => liveShards(live, known, signal), extent: () => extent };
}

async function* liveShards(live: LiveScan, known: ScanKnowledge, signal: AbortSignal): AsyncGenerator<ScannedShard> {
  const plan = planOf(live, known);
  const knowledge = knowledgeOf(known.baseline, live.clock.now());
  const finished = new Set(known.finished.map((run) => run.shard));
  for (const shard of plan.shards.filter((one) => !finished.has(one.n))) {
    if (signal.aborted) return;
    const startedAt = live.clock.monotonic();
    const runs = await live.runner.scan({ shard, known: knowledge, signal });
    yield { shard: shard.n, elapsedMs: Math.round(live.clock.monotonic() - startedAt), runs };
  }
}
