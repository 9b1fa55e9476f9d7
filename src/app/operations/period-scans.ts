import type { CycleRecord } from "../../domain/ports/stores.ts";
import { isoTime } from "../../lib/time.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "./operation.ts";

interface Period {
  /** UTC ms. */
  readonly from: number;
  readonly until: number;
}

export interface ChosenScans {
  /** Oldest first. */
  readonly records: readonly CycleRecord[];
  /** How many others of the period were degraded, failed or cut off. */
  readonly leftOut: number;
}

/** The scans that lie in a period as a whole and can be trusted; refused where there are none, or facts of some are gone. */
export async function chooseScans(
  { runtime, store, loaded }: Desk,
  period: Period,
): Promise<Result<ChosenScans, OperationFailure>> {
  if (period.until > runtime.clock.now()) return err(inTheFuture(period));
  const all = await store.history.cycles(loaded.config.segment, Number.MAX_SAFE_INTEGER);
  const within = all.filter((cycle) => period.from <= cycle.startedAt && endOf(cycle) <= period.until);
  const usable = within.filter(isUsable).toReversed();
  const leftOut = within.length - usable.length;
  if (usable.length === 0) return err(noScans(period, { leftOut, all }));
  const kept = await store.keeping.cyclesWithFacts();
  const forgotten = usable.filter(({ id }) => !kept.has(id)).length;
  if (forgotten > 0) return err(notKept(forgotten, all.findLast(({ id }) => kept.has(id)) ?? null));
  return ok({ records: usable, leftOut });
}

function endOf({ startedAt, endedAt }: CycleRecord): number {
  return endedAt ?? startedAt;
}

/** A partial scan teaches what was there. */
function isUsable({ state, summary, vantage }: CycleRecord): boolean {
  return (state === "done" || state === "partial") && summary !== null && vantage?.state === "ok";
}

const EFFECT = "Nothing was learned.";

function inTheFuture({ until }: Period): OperationFailure {
  return {
    code: "TL486",
    exit: 2,
    what: `the period ends at ${isoTime(until)}, which is in the future`,
    effect: EFFECT,
    fix: "Name a period that is over; for the time to come, configure baseline.learn.safe.",
  };
}

function noScans(
  { from, until }: Period,
  { leftOut, all }: { readonly leftOut: number; readonly all: readonly CycleRecord[] },
): OperationFailure {
  const [oldest, newest] = [all.at(-1), all[0]];
  const others = leftOut === 0 ? "" : `; ${leftOut} of it cannot be used, being degraded, failed or cut off`;
  const span =
    oldest === undefined || newest === undefined
      ? "there is no scan yet"
      : `the scans of this segment are from ${isoTime(oldest.startedAt)} to ${isoTime(endOf(newest))}`;
  return {
    code: "TL486",
    exit: 2,
    what: `no scan lies as a whole between ${isoTime(from)} and ${isoTime(until)}${others}`,
    effect: EFFECT,
    fix: `Name another period: ${span}.`,
  };
}

function notKept(forgotten: number, oldest: CycleRecord | null): OperationFailure {
  const since = oldest === null ? "" : `; the oldest kept scan began at ${isoTime(oldest.startedAt)}`;
  return {
    code: "TL487",
    exit: 2,
    what: `${forgotten} of the scans in this period are older than the archive, which keeps no more of what they saw${since}`,
    effect: EFFECT,
    fix: "Let --from begin later; store.keep_raw says how long scans are kept.",
  };
}
