import { learn } from "../baseline/learn.ts";
import { driftOfCycle } from "../declared/compare/cycle-drift.ts";
import { detect } from "../detect/registry.ts";
import type { CycleContext } from "../domain/cycle.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { VantageLook } from "../domain/vantage.ts";
import { CHECK_SHARD } from "../domain/scan-plan.ts";
import { encodeCommit } from "./commit.ts";
import { type CycleReport, interruptedReport, reportOf } from "./cycle-report.ts";
import { judge } from "./judge.ts";
import { observe } from "./observe.ts";
import { type Memory, recall } from "./recall.ts";
import type { CycleRooms, CycleTick } from "./tick.ts";
import { verify } from "./verify.ts";

/**
 * One cycle, in the order that makes it crash-safe: a tick becomes a scan, a scan becomes observations, observations
 * are compared with the baseline and with declared infrastructure, deviations become scored anomalies, anomalies
 * become events, and all that was judged is committed at once. A crash before the last line loses freshness only: the
 * next scan sees the same deviation.
 *
 * Never throws for what nmap or a host does; a store that cannot commit throws, and nothing was learned.
 */
export async function runCycle(tick: CycleTick, rooms: CycleRooms, signal: AbortSignal): Promise<CycleReport> {
  const memory = await recall(tick, rooms, signal);
  await rooms.store.beginCycle(runningRecord(tick, memory));

  const scanned = await scan({ tick, memory, rooms, signal });
  if (signal.aborted) return interrupted(tick, rooms);

  const around = { extent: rooms.source.extent(), looks: await looksAround(tick, rooms, signal) };
  const first = observe(contextOf(tick, memory, rooms), memory, { ...around, runs: scanned });
  const checked = await verify(first, { tick, memory, rooms, signal });
  if (signal.aborted) return interrupted(tick, rooms);

  const runs = [...scanned, ...checked];
  const view = checked.length === 0 ? first : observe(contextOf(tick, memory, rooms), memory, { ...around, runs });
  const drift = driftOfCycle(view, memory);
  const deviations = tagged(detect(view, drift), tick);
  const declaredIncomplete = drift.outcome?.report.incomplete === true;
  const judged = judge({ view, deviations, declaredIncomplete, memory, rules: rooms.rules });
  const learned = tick.learn
    ? learn(view, { declared: drift.expected })
    : { baseline: view.baseline, touched: new Set<string>(), learningChanges: 0 };

  const commit = encodeCommit({ memory, view, drift, judged, learned, plan: tick.plan });
  await rooms.store.commitCycle(commit.cycle);
  return reportOf({ view, judged, drift, health: commit.health, events: commit.cycle.events.length });
}

/**
 * Facts are committed shard by shard: what is finished is never scanned twice, also not by the process that goes on
 * after a crash. A shard that was stopped in the middle is not finished.
 */
async function scan(work: {
  readonly tick: CycleTick;
  readonly memory: Memory;
  readonly rooms: CycleRooms;
  readonly signal: AbortSignal;
}): Promise<readonly NmapRun[]> {
  const runs = work.memory.finished.filter((run) => run.shard !== CHECK_SHARD);
  for await (const shard of work.rooms.source.shards(work.memory, work.signal)) {
    if (work.signal.aborted) break;
    await work.rooms.store.commitShard({ cycleId: work.tick.cycleId, ...shard });
    runs.push(...shard.runs);
  }
  return runs;
}

/** The sensor before and after the scan; a recorded file does not tell what its sensor was like. */
async function looksAround(tick: CycleTick, rooms: CycleRooms, signal: AbortSignal): Promise<readonly VantageLook[]> {
  const after = (await rooms.watch?.look(signal)) ?? null;
  return [tick.before, after].filter((look) => look !== null);
}

/** Time is an input: recorded scans bring a clock that stands still at the end of the file. */
function contextOf(tick: CycleTick, memory: Memory, rooms: CycleRooms): CycleContext {
  const { installId: _, hostTags: __, mutes: ___, learn: ____, ...rest } = tick;
  const { plan: _____, before: ______, unfinished: _______, ...fixed } = rest;
  const now = rooms.clock.now();
  const { installId, scanNumber, startedAt } = memory;
  return { ...fixed, installId, scanNumber, startedAt, endedAt: now, committedAt: now };
}

function runningRecord(tick: CycleTick, memory: Memory) {
  return {
    id: tick.cycleId,
    segment: tick.vantage.segment,
    profile: tick.profile,
    state: "running" as const,
    startedAt: memory.startedAt,
    endedAt: null,
    scanNumber: memory.scanNumber,
    summary: null,
    vantage: null,
    learningChanges: 0,
    plan: tick.plan,
  };
}

function tagged(deviations: ReturnType<typeof detect>, tick: CycleTick): ReturnType<typeof detect> {
  return deviations.map((d) => {
    const tags = d.host === null ? [] : tick.hostTags(d.host.address);
    return d.host === null || tags.length === 0 ? d : { ...d, host: { ...d.host, tags } };
  });
}

async function interrupted(tick: CycleTick, rooms: CycleRooms): Promise<CycleReport> {
  await rooms.store.closeInterrupted(rooms.clock.now());
  return interruptedReport(tick.cycleId);
}
