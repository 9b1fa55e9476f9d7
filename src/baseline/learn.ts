import { type Alerted, NOTHING_ALERTED } from "../domain/alerted.ts";
import type { HostBaseline, SegmentBaseline } from "../domain/baseline.ts";
import type { CycleView, VantageProblem } from "../domain/cycle.ts";
import type { PortKey } from "../domain/network.ts";
import { provesAbsence } from "../domain/nmap-run.ts";
import { hoursOf, maySleep } from "../domain/presence.ts";
import { teaches } from "../domain/safe-period.ts";
import { forgottenHosts } from "./age.ts";
import { watchedAfter, withSettled } from "./churn/count.ts";
import { type Hours, learnAbsence, learnHost, learnSilence } from "./learn-host.ts";
import { learningChangesOf } from "./learning-changes.ts";
import { isHeld } from "./may-learn.ts";

const CYCLES_UNTIL_MOVED = 3;

export interface LearnOptions {
  /** Host id → ports that a declaration expects open: they become normal without an accept. */
  readonly declared?: ReadonlyMap<string, ReadonlySet<PortKey>>;
  /** What is an alert that nobody accepted; absent: nothing is. */
  readonly alerted?: Alerted;
}

export interface Lesson {
  readonly baseline: SegmentBaseline;
  /** Ids of the hosts whose memory changed. */
  readonly touched: ReadonlySet<string>;
  /** Changes that were adopted because segment or host is still learning. */
  readonly learningChanges: number;
}

/**
 * What is normal after this cycle. A degraded or failed cycle teaches nothing but the state of the vantage, and who is
 * off at such hours; a partial one only what was there; only one that proves absence, and asked the whole scope, counts as a scan.
 * One outside the safe periods confirms what is known: nothing new becomes normal, and it counts for no maturity.
 */
export function learn(view: CycleView, options: LearnOptions = {}): Lesson {
  const { baseline, summary } = view;
  if (view.vantage.state === "degraded" || summary.completeness === "failed") {
    const silent = silentHosts(view);
    return {
      baseline: {
        ...baseline,
        vantage: vantageAfter(view, baseline.vantage.asked),
        hosts: silent.size === 0 ? baseline.hosts : new Map([...baseline.hosts, ...silent]),
      },
      touched: new Set(silent.keys()),
      learningChanges: 0,
    };
  }
  const complete = provesAbsence(summary);
  const safe = teaches(view.context);
  const whole = complete && !summary.narrowed;
  const counts = whole && safe;
  const watched = whole && (safe || baseline.startedAt !== null);
  const watchedMs = watched ? watchedAfter(baseline, view.context.endedAt) : baseline.watchedMs;
  const changed = changedHosts(view, { ...options, complete, watchedMs });
  const forgotten = new Set(complete ? forgottenHosts(view).map(({ id }) => id) : []);
  const hosts = [...baseline.hosts, ...changed].filter(([id]) => !forgotten.has(id));
  return {
    baseline: {
      ...baseline,
      scans: baseline.scans + (counts ? 1 : 0),
      startedAt: baseline.startedAt ?? (counts ? view.context.startedAt : null),
      lastScanAt: complete ? view.context.endedAt : baseline.lastScanAt,
      watchedMs,
      // While nothing is normal yet, what is measured in another way than before is learned in the next safe period.
      comparability: safe || view.mature ? keysAfter(view, complete) : baseline.comparability,
      vantage: vantageAfter(view, complete && safe ? view.asked : baseline.vantage.asked),
      hosts: new Map(hosts),
    },
    touched: new Set([...changed.keys(), ...forgotten]),
    learningChanges: learningChangesOf(view, changed),
  };
}

/** What was seen by a scan that proves no absence is learned, but it is not how this segment is measured from now on. */
function keysAfter({ baseline, summary }: CycleView, complete: boolean): SegmentBaseline["comparability"] {
  const [before, now] = [baseline.comparability, summary.comparability];
  return complete ? new Map([...before, ...now]) : new Map([...now, ...before]);
}

/** If no host answers at all, it is not evening: the sensor sees nothing. */
function silentHosts(view: CycleView): ReadonlyMap<string, HostBaseline> {
  const { vantage, summary, context, hosts } = view;
  const alone = vantage.problems.length === 1 && vantage.problems[0] === "hosts-vanished";
  if (!alone || !provesAbsence(summary) || hosts.length === 0) return new Map();
  const hours = hoursHere(view);
  const silent = view.absent.filter(({ known, silent = false }) => silent && maySleep(known, context));
  return new Map(silent.map((absent) => [absent.known.id, learnSilence(absent, hours)]));
}

function changedHosts(
  view: CycleView,
  options: LearnOptions & { readonly complete: boolean; readonly watchedMs: number },
): ReadonlyMap<string, HostBaseline> {
  const changed = new Map<string, HostBaseline>();
  const hours = hoursHere(view);
  for (const host of view.hosts) {
    if (isHeld(view, host)) continue;
    const declared = options.declared?.get(host.id);
    const alerted = options.alerted?.get(host.id) ?? NOTHING_ALERTED;
    const learned = learnHost(view, host, {
      hours: hours.of,
      alerted,
      ...(declared === undefined ? {} : { declared }),
    });
    // Whoever shows while the segment is learned may have been away in the first scans.
    const firstAsked = !view.mature || host.firstAsked === true;
    const step = { before: host.known, after: learned, relearned: view.relearned, firstAsked, alerted };
    changed.set(host.id, withSettled(step, options));
  }
  for (const absent of options.complete ? view.absent : []) {
    const learned = learnAbsence(view, absent, hours);
    if (learned === absent.known) continue;
    const alerted = options.alerted?.get(learned.id) ?? NOTHING_ALERTED;
    const step = { before: absent.known, after: learned, relearned: view.relearned, firstAsked: false, alerted };
    changed.set(learned.id, withSettled(step, options));
  }
  return changed;
}

function hoursHere({ context }: CycleView): Hours {
  return { of: hoursOf(context), teach: teaches(context) };
}

const MOVED: ReadonlySet<VantageProblem> = new Set<VantageProblem>(["source-address-changed", "gateway-changed"]);
/** Share of a new round trip in the remembered one: a single slow day must not become normal. */
const SRTT_WEIGHT = 0.1;

function vantageAfter(view: CycleView, asked: readonly string[] | undefined): SegmentBaseline["vantage"] {
  return { ...placeAfter(view), ...(asked === undefined ? {} : { asked }) };
}

/**
 * After three cycles in a row from the same new place, with nothing else wrong, the sensor has moved for good:
 * its new place is adopted, and the comparability keys, which name it, cause presence to be relearned. A sensor that
 * lost its link may find another route; that is not a move.
 */
function placeAfter(view: CycleView): SegmentBaseline["vantage"] {
  const { asked: _, intercepted: __, doubted = 0, ...vantage } = view.baseline.vantage;
  const { state, problems } = view.vantage;
  const place = {
    sourceAddress: view.context.vantage.sourceAddress ?? vantage.sourceAddress,
    gatewayMac: view.measured.gatewayMac ?? vantage.gatewayMac,
  };
  if (state === "degraded") {
    const moved = problems.length > 0 && problems.every((problem) => MOVED.has(problem));
    const now = {
      state,
      cycles: moved ? vantage.cycles + 1 : 0,
      intercepted: problems.includes("path-intercepted"),
      doubted: doubted + 1,
    };
    return now.cycles < CYCLES_UNTIL_MOVED
      ? { ...vantage, ...now }
      : { ...vantage, ...place, ...now, srttMicros: null };
  }
  if (view.summary.completeness === "failed") return view.baseline.vantage;
  return { ...place, state: "ok", srttMicros: followed(vantage.srttMicros, view.measured.srttMicros), cycles: 0 };
}

function followed(before: number | null, now: number | null): number | null {
  if (before === null || now === null) return now ?? before;
  return Math.round(before + (now - before) * SRTT_WEIGHT);
}
