import { driftOfCycle } from "../declared/compare/cycle-drift.ts";
import { detect } from "../detect/registry.ts";
import { alertedBy } from "../domain/alerted.ts";
import type { CycleContext, CycleView } from "../domain/cycle.ts";
import { withTags } from "../domain/host-ref.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import { CHECK_SHARD } from "../domain/scan-plan.ts";
import { safeOccasion } from "../domain/safe-period.ts";
import type { CycleTick } from "../domain/tick.ts";
import type { VantageLook } from "../domain/vantage.ts";
import { whatWasFound } from "../score/weigh/found.ts";
import { changesAfter, excuse } from "./changes.ts";
import { encodeCommit, runningRecord } from "./commit.ts";
import { type CycleReport, interruptedReport, reportOf } from "./cycle-report.ts";
import type { Scanned } from "../scan/quality/observe.ts";
import type { CycleDeps, CycleWork } from "./deps.ts";
import { evidenceOf, judge } from "./judge.ts";
import { recall, recallAgain } from "./recall.ts";
import { teach } from "./teach.ts";
import { verify } from "./verify.ts";
import { viewOf } from "./view.ts";

/**
 * One cycle, in the order that makes it crash-safe: a tick becomes a scan, a scan becomes observations, observations
 * are compared with the baseline and with declared infrastructure, deviations become scored anomalies, anomalies
 * become events, and all that was judged is committed at once. A crash before the last line loses freshness only: the
 * next scan sees the same deviation.
 *
 * Never throws for what nmap or a host does; a store that cannot commit throws, and nothing was learned.
 */
export async function runCycle(tick: CycleTick, deps: CycleDeps, signal: AbortSignal): Promise<CycleReport> {
  const memory = await recall(tick, deps, signal);
  const work: CycleWork = { tick, memory, deps, signal };
  await deps.store.beginCycle(runningRecord(tick, memory));

  const scanned = await scan(work);
  if (signal.aborted) return interrupted(work);

  const around = { extent: deps.source.extent(), looks: await looksAround(deps, signal) };
  const first = viewOf(contextOf(work), memory.baseline, { ...around, runs: scanned });
  const checked = await verify(first, work);
  if (signal.aborted) return interrupted(work);

  return deps.store.exclusively(async () => conclude(await sinceThen(work, { first, around, scanned, checked })));
}

interface Looked {
  readonly first: CycleView;
  readonly around: Pick<Scanned, "extent" | "looks">;
  readonly scanned: readonly NmapRun[];
  readonly checked: readonly NmapRun[];
}

interface Seen {
  readonly work: CycleWork;
  readonly view: CycleView;
}

/** Everything that was seen, beside what is known now. */
async function sinceThen(work: CycleWork, { first, around, scanned, checked }: Looked): Promise<Seen> {
  const memory = await recallAgain(work);
  const now = { ...work, memory };
  if (checked.length === 0 && memory === work.memory) return { work, view: first };
  const runs = [...scanned, ...checked];
  return { work: now, view: viewOf(contextOf(now), memory.baseline, { ...around, runs }) };
}

/** From what was seen to the commit. Meanwhile nothing else changes what is known. */
async function conclude({ work, view }: Seen): Promise<CycleReport> {
  const { tick, memory, deps } = work;
  const drift = driftOfCycle(view, memory);
  const { policy } = tick;
  const news = detect(view, drift).map((found) => withTags(found, policy.hostTags));
  const excused = excuse(news, view, { memory, policy });
  const evidence = evidenceOf(view, excused.deviations, drift);
  const judged = judge({ ...evidence, cause: "cycle", memory, rules: deps.rules });
  const alerted = alertedBy([...memory.anomalies, ...judged.changed], view.context.alertAt);
  const learned = teach(view, { drift, planned: excused.learned, alerted, learn: policy.learn });
  const changes = changesAfter(view, { changes: memory.changes, excused, baseline: learned.baseline, policy });

  const means = { rules: deps.rules, tagsOf: policy.hostTags };
  const commit = encodeCommit({ memory, view, drift, judged, learned, changes, plan: tick.resume.plan, ...means });
  await deps.store.commitCycle(commit.cycle);
  const found = whatWasFound(
    view.hosts.map((host) => host.observation),
    deps.rules,
  );
  return reportOf({ view, judged, drift, health: commit.health, found, events: commit.cycle.events.length });
}

/**
 * Facts are committed shard by shard: what is finished is never scanned twice, not even by the process that continues
 * after a crash. A shard that was stopped in the middle is not finished.
 */
async function scan({ tick, memory, deps, signal }: CycleWork): Promise<readonly NmapRun[]> {
  const runs = memory.finished.filter((run) => run.shard !== CHECK_SHARD);
  for await (const shard of deps.source.shards(memory, signal)) {
    if (signal.aborted) break;
    await deps.store.commitShard({ cycleId: tick.context.cycleId, ...shard });
    runs.push(...shard.runs);
  }
  return runs;
}

/** The sensor before and after the scan; a recorded file does not contain the state of its sensor. */
async function looksAround({ watch }: CycleDeps, signal: AbortSignal): Promise<readonly VantageLook[]> {
  return watch === null ? [] : [watch.before, await watch.after(signal)];
}

/** Time is an input: recorded scans bring a clock that stands still at the end of the file. */
function contextOf({ tick, memory, deps }: CycleWork): CycleContext {
  const now = deps.clock.now();
  const { installId, scanNumber, startedAt } = memory;
  const safe = safeOccasion(tick.policy.safe, { startedAt, endedAt: now });
  return { ...tick.context, installId, scanNumber, startedAt, endedAt: now, committedAt: now, ...safe };
}

async function interrupted({ tick, deps }: CycleWork): Promise<CycleReport> {
  await deps.store.closeInterrupted(deps.clock.now());
  return interruptedReport(tick.context.cycleId);
}
