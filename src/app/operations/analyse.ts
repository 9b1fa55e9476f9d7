import { rmSync } from "node:fs";
import type { ScannedShard } from "../../domain/ports/scan-source.ts";
import type { CycleStore } from "../../domain/ports/stores.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { runCycle } from "../../pipeline/cycle.ts";
import type { FinishedReport } from "../../pipeline/cycle-report.ts";
import type { CycleDeps } from "../../pipeline/deps.ts";
import { noProber, recordedSource } from "../../scan/recorded.ts";
import type { Delivery } from "../../report/model/delivery.ts";
import { scopeTest, segmentOf } from "../../config/settings.ts";
import { type Learning, type RecordedOccasion, recordedTick } from "../tick.ts";
import type { OperationFailure } from "../failure.ts";
import type { OpenState } from "../runtime.ts";
import { openCourier } from "./courier.ts";
import { withState } from "./on-state.ts";
import type { During, Ground } from "./operation.ts";
import { temporaryDirectory } from "./own-directory.ts";
import { sweepStore } from "./sweep-store.ts";
import { tellOpening } from "./tell.ts";

/** Facts that were measured before, through the same pipeline as a live scan, as successive cycles. */
export interface Analysis extends Learning {
  readonly emit: boolean;
}

/** What every step of an analysis works with. */
interface Work {
  readonly at: Ground;
  readonly request: Analysis;
  readonly during: During;
}

/** One cycle's facts with everything about it that a clock or a random number would give a live one. */
export interface RecordedCycle {
  /** What the report calls it: the file, or the id of the archived cycle. */
  readonly name: string;
  readonly occasion: Omit<RecordedOccasion, keyof Learning>;
  /** UTC ms: where the clock stands until the facts are read, and from then on. */
  readonly startedAt: number;
  readonly at: number;
  /** False: nothing in it can be older than anything, because nothing was read. */
  readonly dated: boolean;
  readonly shards: readonly ScannedShard[];
  readonly gaps: readonly string[];
  readonly narrowed: boolean;
}

export interface AnalysedCycle {
  readonly file: string;
  readonly report: FinishedReport;
}

export interface AnalysisOutcome {
  readonly cycles: readonly AnalysedCycle[];
  readonly delivery: Delivery;
  /** What had happened to the state; see {@link tellOpening}. */
  readonly opening: readonly string[];
}

export type RecordedCycles = AsyncIterable<Result<RecordedCycle, OperationFailure>>;

/**
 * The first refusal ends it; what was committed before stays in the store. Without a state directory it is a temporary
 * one that is gone afterwards.
 */
export async function analyse(
  work: Work,
  recorded: RecordedCycles,
): Promise<Result<AnalysisOutcome, OperationFailure>> {
  const { at, request } = work;
  if (request.emit && !hasOutput(at)) return err(NOWHERE_TO_EMIT);
  if (at.stateDirectory !== null) return inState(work, recorded, at.stateDirectory);
  const temporary = temporaryDirectory("tripline-");
  if (!temporary.ok) return temporary;
  try {
    return await inState(work, recorded, temporary.value);
  } finally {
    rmSync(temporary.value, { recursive: true, force: true });
  }
}

/** Without outputs events go to a file in the state, and a temporary state is gone with it. */
function hasOutput({ stateDirectory, loaded }: Ground): boolean {
  return stateDirectory !== null || Object.keys(loaded?.config.outputs ?? {}).length > 0;
}

const NOWHERE_TO_EMIT: OperationFailure = {
  code: "TL304",
  exit: 2,
  what: "--emit has nowhere to send: no output is configured, and the temporary store is removed afterwards",
  effect: "Nothing was read or sent.",
  fix: "Configure an output (-c FILE with outputs:), or keep the store with --state DIR.",
};

function inState(
  work: Work,
  recorded: RecordedCycles,
  directory: string,
): Promise<Result<AnalysisOutcome, OperationFailure>> {
  const { at, request, during } = work;
  return withState({ ...at, stateDirectory: directory }, "write", async (desk) => {
    const { signal, onSending: onProgress } = during;
    const courier = await openCourier({ ...desk, temporary: at.stateDirectory === null });
    const opening = await tellOpening(desk);
    const cycles = await analyseAll(work, recorded, desk.store);
    if (!cycles.ok) return cycles;
    const delivery = await courier.deliver({ emit: request.emit, signal, onProgress });
    await courier.close();
    const last = cycles.value.findLast(({ report }) => report.summary.completeness !== "failed");
    if (last !== undefined) await sweepAfter(last, { at, store: desk.store });
    return ok({ cycles: cycles.value, delivery, opening });
  });
}

async function analyseAll(
  work: Work,
  recorded: RecordedCycles,
  store: OpenState,
): Promise<Result<readonly AnalysedCycle[], OperationFailure>> {
  const analysed: AnalysedCycle[] = [];
  for await (const cycle of recorded) {
    if (!cycle.ok) return cycle;
    const report = await analyseOne(work, cycle.value, store.cycles);
    if (!report.ok) return report;
    const one = { file: cycle.value.name, report: report.value };
    analysed.push(one);
    // The time of the others is their own; that of this one may be today, years after all of them.
    if (cycle.value.dated) await sweepAfter(one, { at: work.at, store });
  }
  return ok(analysed);
}

/** The clock of this machine knows nothing about recorded time: what is old is so beside the newest scan. */
async function sweepAfter(
  { report }: AnalysedCycle,
  { at, store }: { readonly at: Ground; readonly store: OpenState },
): Promise<void> {
  await sweepStore(store, at.loaded, report.endedAt);
}

async function analyseOne(
  { at: { runtime, loaded }, request, during }: Work,
  cycle: RecordedCycle,
  store: CycleStore,
): Promise<Result<FinishedReport, OperationFailure>> {
  const { learn, learnScans } = request;
  const last = await store.lastScanAt(segmentOf(loaded));
  if (last !== null && cycle.at < last && cycle.dated) return err(tooOld(cycle, last));
  const tick = recordedTick(loaded, { ...cycle.occasion, learn, learnScans });
  const { clock, source } = played(cycle, scopeTest(loaded));
  const report = await runCycle(
    tick,
    {
      store,
      source,
      prober: noProber(),
      watch: null,
      readDeclared: runtime.declared(loaded, clock),
      rules: runtime.rules(),
      clock,
    },
    during.signal,
  );
  return report.state === "finished" ? ok(report) : err(interrupted(cycle.name));
}

/** The facts with a clock that moves once: from the start of the cycle to its end, when everything was read. */
function played(cycle: RecordedCycle, inScope: (address: string) => boolean): Pick<CycleDeps, "clock" | "source"> {
  const source = recordedSource(cycle.shards, inScope, cycle);
  let now = cycle.startedAt;
  return {
    clock: { now: () => now, monotonic: () => 0 },
    source: {
      ...source,
      shards: async function* shards(known, signal) {
        yield* source.shards(known, signal);
        now = cycle.at;
      },
    },
  };
}

function interrupted(name: string): OperationFailure {
  return {
    exit: 130,
    code: "TL302",
    what: `reading ${name} was interrupted`,
    effect: "Nothing was learned from it.",
    fix: "Run the command again.",
  };
}

function tooOld({ name, at }: RecordedCycle, last: number): OperationFailure {
  const [its, newest] = [new Date(at).toISOString(), new Date(last).toISOString()];
  return {
    exit: 2,
    code: "TL303",
    what: `${name} was recorded at ${its}, before the last scan of the state (${newest})`,
    effect: "Nothing was learned from it.",
    fix: "Give the scans in chronological order, or use another --state.",
  };
}
