import { z } from "zod";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleRecord } from "../../domain/ports/stores.ts";
import { safeOccasion } from "../../domain/safe-period.ts";
import { isoTime } from "../../lib/time.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { learnScans, type PastScan, type PastScans, shownBy } from "../../pipeline/learn-period.ts";
import { inside } from "../../pipeline/view-again.ts";
import { sortedAnomalies } from "../../report/model/anomaly.ts";
import { safePeriods, scopeTest } from "../../config/settings.ts";
import type { OperationFailure } from "../failure.ts";
import { evaluationTick } from "../tick.ts";
import { acceptChanges, contradictory } from "./accept-many.ts";
import { lacksOperator, MATCHES, shownMatch } from "./many.ts";
import type { Desk } from "./operation.ts";
import { commitChanges } from "./operator-commit.ts";
import { chooseScans, type ChosenScans } from "./period-scans.ts";

export const LEARN_PERIOD = z
  .strictObject({
    /** UTC ms. */
    from: z.int(),
    to: z.int(),
    /** False: only say what it would change. */
    yes: z.boolean().default(false),
    by: z.string().min(1).optional(),
    reason: z.string().min(1).optional(),
  })
  .refine(({ from, to }) => from < to, { error: "from must be before to" })
  .refine((wish) => !lacksOperator(wish), { error: "by and reason are needed" });

const COUNT = z.int();

export const LEARNED_PERIOD = z.object({
  done: z.boolean(),
  segment: z.string(),
  from: z.string(),
  to: z.string(),
  scans: COUNT,
  /** Of these, those that count for maturity from now on. */
  counted: COUNT,
  /** Scans of the period that prove nothing: degraded, failed or cut off. */
  leftOut: COUNT,
  hosts: z.object({ changed: COUNT, added: COUNT }),
  /** Accepted, the worst first. */
  matched: MATCHES,
});

export type LearnedPeriod = Readonly<z.infer<typeof LEARNED_PERIOD>>;

/** "It was safe then": what the scans of a recorded period saw becomes the reference, and what reported it is accepted. */
export async function learnPeriod(
  desk: Desk,
  { from, to, yes, by = "", reason = "" }: z.infer<typeof LEARN_PERIOD>,
): Promise<Result<LearnedPeriod, OperationFailure>> {
  const { segment } = desk.loaded.config;
  const period = { from, until: to };
  const chosen = await chooseScans(desk, period);
  if (!chosen.ok) return chosen;
  const baseline = await desk.store.cycles.loadBaseline(segment);
  const scans = await pastScans(desk, chosen.value, baseline);
  const states = ["open", "muted"];
  const anomalies = await desk.store.history.anomalies({ segment, states, since: null });
  const shown = sortedAnomalies(await shownBy(scans, { baseline, anomalies }));
  const problem = contradictory(shown);
  if (problem !== null) return err(problem);
  const accepts = acceptChanges(baseline, shown, { by, reason, at: desk.runtime.clock.now() });
  const accepted = new Map(accepts.flatMap(({ rows }) => rows?.hosts ?? []).map((host) => [host.id, host]));
  const given = { ...baseline, hosts: new Map([...baseline.hosts, ...accepted]) };
  const { fresh, touched, ...lesson } = await learnScans(scans, given);
  const taught = { baseline: withMarked(lesson.baseline, period), touched };
  if (yes) {
    const object = `${isoTime(from)} to ${isoTime(to)}`;
    await commitChanges(desk, { by, reason }, [{ kind: "period-learned", object, rows: { taught } }, ...accepts]);
  }
  return ok({
    done: yes,
    segment,
    from: isoTime(from),
    to: isoTime(to),
    scans: chosen.value.records.length,
    counted: taught.baseline.scans - baseline.scans,
    leftOut: chosen.value.leftOut,
    hosts: { changed: new Set([...accepted.keys(), ...touched]).size - fresh.size, added: fresh.size },
    matched: shown.map(shownMatch),
  });
}

const MOST_MARKED = 100;

function withMarked(baseline: SegmentBaseline, period: { from: number; until: number }): SegmentBaseline {
  return { ...baseline, marked: [...(baseline.marked ?? []), period].slice(-MOST_MARKED) };
}

/** Scans outside the safe periods that were configured did not count so far, unless an earlier period took them in. */
async function pastScans(
  { loaded, store, runtime }: Desk,
  { records }: ChosenScans,
  { vantage: { sourceAddress }, marked = [] }: SegmentBaseline,
): Promise<PastScans> {
  const { hostname } = runtime;
  const { context } = evaluationTick(loaded, { sourceAddress, raw: true, hostname });
  const installId = await store.cycles.installId();
  const [periods, inScope] = [safePeriods(loaded), scopeTest(loaded)];
  const isMarked = ({ startedAt, endedAt }: CycleRecord) =>
    marked.some(({ from, until }) => from <= startedAt && (endedAt ?? startedAt) <= until);
  return async function* read(): AsyncIterable<PastScan> {
    for (const record of records) {
      const { id: cycleId, profile, scanNumber, startedAt, summary, vantage, plan } = record;
      if (summary === null || vantage === null) continue;
      const endedAt = record.endedAt ?? startedAt;
      const safe = safeOccasion(periods, { startedAt, endedAt });
      const at = { startedAt, endedAt, committedAt: endedAt };
      const runs = (await store.history.runsOf(cycleId)).map((run) => inside(run, inScope));
      yield {
        context: { ...context, cycleId, profile, scanNumber, installId, ...at, ...safe, recorded: plan === null },
        runs,
        summary,
        vantage,
        counts: safe.safe?.period === null && !isMarked(record),
      };
    }
  };
}
