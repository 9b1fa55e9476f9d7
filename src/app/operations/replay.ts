import { join } from "node:path";
import { z } from "zod";
import type { NmapRun } from "../../domain/nmap-run.ts";
import type { CycleRecord } from "../../domain/ports/stores.ts";
import { derivedTimeOrderedId } from "../../lib/ids.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { ScannedShard } from "../../domain/ports/scan-source.ts";
import { replayRuns, sourceAddressIn, withoutAbsence } from "../../scan/replayed.ts";
import type { OperationFailure } from "../failure.ts";
import type { OpenState } from "../runtime.ts";
import { analyse, type AnalysisOutcome, type RecordedCycle, type RecordedCycles } from "./analyse.ts";
import { withState } from "./on-state.ts";
import type { Desk, During, Ground, Site } from "./operation.ts";
import { LEARNING } from "./scan-now.ts";

/** Which of the archived cycles; every condition given must hold. */
const CHOICE = z.strictObject({
  /** Ids, or unambiguous beginnings of them; empty: all. */
  ids: z.array(z.string()).readonly(),
  /** UTC ms; null: from the first. */
  since: z.number().nullable(),
  /** Only that many of the newest; null: all. */
  last: z.int().nullable(),
});

export const REPLAY = z.strictObject({
  /** State directory whose archive is read; a running agent is not disturbed. */
  archive: z.string(),
  choice: CHOICE,
  ...LEARNING,
  emit: z.boolean(),
});

type ReplayRequest = z.infer<typeof REPLAY>;

/** `tripline replay`: archived scans, analysed again by today's rules. The state they come from is only read. */
export async function replay(
  at: Ground & Pick<Site, "loaded">,
  request: ReplayRequest,
  during: During,
): Promise<Result<AnalysisOutcome, OperationFailure>> {
  const { archive } = request;
  if (archive === at.stateDirectory) return err(intoItself(archive));
  return withState({ ...at, stateDirectory: archive }, "read", async (desk) => {
    const chosen = await choose(desk, request);
    return chosen.ok ? analyse({ at, request, during }, cyclesOf(desk.store, archive, chosen.value)) : chosen;
  });
}

function intoItself(directory: string): OperationFailure {
  return {
    code: "TL305",
    exit: 2,
    what: `a replay of ${directory} cannot be kept in ${directory}`,
    effect: "Nothing was read or changed.",
    fix: "Leave --state out for a temporary store, or name another directory; --from names the archive.",
  };
}

interface Archived {
  readonly cycle: CycleRecord;
  readonly runs: readonly NmapRun[];
}

/** Oldest first. Cycles that were cut off were never judged, and forgotten ones have no runs any more. */
async function choose(
  { store, loaded }: Pick<Desk, "store" | "loaded">,
  { choice }: ReplayRequest,
): Promise<Result<readonly CycleRecord[], OperationFailure>> {
  const { ids, since, last } = choice;
  const all = await store.history.cycles(loaded.config.segment, Number.MAX_SAFE_INTEGER);
  const judged = all.filter((cycle) => cycle.state !== "running" && cycle.state !== "interrupted");
  const unknown = ids.find((id) => judged.filter((cycle) => cycle.id.startsWith(id)).length !== 1);
  if (unknown !== undefined) return err(noSuchCycle(unknown));
  const named = judged.filter((cycle) => ids.length === 0 || ids.some((id) => cycle.id.startsWith(id)));
  const recent = named.filter((cycle) => since === null || cycle.startedAt >= since);
  // What retention has forgotten is not a gap in the archive: it was forgotten on purpose.
  const withFacts = await store.keeping.cyclesWithFacts();
  const kept = recent.filter((cycle) => withFacts.has(cycle.id));
  const chosen = last === null ? kept : kept.slice(0, last);
  return chosen.length === 0 ? err(NOTHING_TO_REPLAY) : ok(chosen.toReversed());
}

function noSuchCycle(id: string): OperationFailure {
  return {
    code: "TL306",
    exit: 2,
    what: `"${id}" is not the id of one finished cycle of this segment`,
    effect: "Nothing was replayed.",
    fix: "Give the whole id (tripline.scan.id of an event), or choose with --last or --since.",
  };
}

const NOTHING_TO_REPLAY: OperationFailure = {
  code: "TL307",
  exit: 2,
  what: "no archived cycle matches",
  effect: "Nothing was replayed.",
  fix: "Widen --since or --last; store.keep_raw says how far back the archive goes.",
};

async function* cyclesOf(store: OpenState, archive: string, chosen: readonly CycleRecord[]): RecordedCycles {
  for (const cycle of chosen) {
    const runs = await replayRuns(await store.history.runsOf(cycle.id), join(archive, "raw"));
    const doubt = blindness(cycle);
    yield ok(recordedCycle({ cycle, runs: doubt === null ? runs : runs.map((run) => withoutAbsence(run, doubt)) }));
  }
}

/** Controls that failed then are in no XML: a vantage that could not be trusted cannot be trusted today. */
function blindness({ vantage }: CycleRecord): string | null {
  const failed = vantage?.problems.some((problem) => problem === "control-failed" || problem === "link-down");
  return failed === true
    ? `the vantage was degraded when it was taken: ${vantage?.reason ?? "a control failed"}`
    : null;
}

/** Ids of its own, so that an event of a replay is never taken for the live one; the tag says what it is. */
function recordedCycle({ cycle, runs }: Archived): RecordedCycle {
  const at = cycle.endedAt ?? cycle.startedAt;
  return {
    name: cycle.id,
    occasion: {
      cycleId: derivedTimeOrderedId(at, `replay ${cycle.id}`),
      profile: cycle.profile,
      sourceAddress: sourceAddressIn(runs),
      foreign: false,
      tags: ["replay"],
    },
    startedAt: cycle.startedAt,
    at,
    dated: true,
    shards: shardsOf(runs),
    narrowed: cycle.summary?.narrowed ?? false,
    gaps: gapsOf(cycle),
  };
}

/** No XML says that a name did not resolve; the recorded verdict does. */
function gapsOf({ summary }: CycleRecord): readonly string[] {
  if (summary === null || !summary.problems.includes("target-unresolved")) return [];
  return [summary.reason ?? "a target could not be resolved"];
}

function shardsOf(runs: readonly NmapRun[]): readonly ScannedShard[] {
  const byShard = Map.groupBy(runs, (run) => run.shard);
  return [...byShard].map(([shard, own]) => ({
    shard,
    elapsedMs: own.reduce((sum, run) => sum + run.endedAt - run.startedAt, 0),
    runs: own,
  }));
}
