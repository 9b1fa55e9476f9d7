import type { HostBaseline } from "../../domain/baseline.ts";
import type { AbsentHost, CycleView } from "../../domain/cycle.ts";
import type { Deviation, DeviationHistory } from "../../domain/deviation.ts";
import { absentHostRef } from "../../domain/host-ref.ts";
import { absences } from "../../domain/presence.ts";
import { hostRole } from "../../domain/role.ts";
import { settleHost } from "../../domain/settle.ts";
import { presenceComparable } from "../../domain/maturity.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { isConfirmed, presenceHistory } from "../compare/host-found.ts";
import { leaf } from "../compare/port-facts.ts";

/** A known host was asked in enough complete scans and stayed silent. */
export const hostDisappeared: Detector = { id: "host-disappeared", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  if (!presenceComparable(view) || view.vantage.state === "degraded") return [];
  return view.absent
    .filter((absent) => isGone(absent) && !wentWhileLearning(view, absent.known))
    .map(({ known }) => judge(view, known));
}

function isGone({ known, answer }: AbsentHost): boolean {
  const settled = settleHost(known, answer);
  return known.reference === "known" && settled.measured && settled.state === "gone";
}

/** What had left before the segment was mature is part of what was learned and not reported on the first mature day. */
function wentWhileLearning(view: CycleView, known: HostBaseline): boolean {
  const { baseline } = view;
  const { scans, atLeastMs } = view.context.maturity;
  if (!view.mature || baseline.startedAt === null) return false;
  return baseline.scans - known.misses < scans || known.lastSeen.at - baseline.startedAt < atLeastMs;
}

function judge(view: CycleView, known: HostBaseline): Deviation {
  return deviation(hostDisappeared, {
    host: absentHostRef(known, view.context.tags),
    observedAt: view.context.endedAt,
    subject: "presence",
    target: "gone",
    from: "up",
    to: "gone",
    before: {
      state: "up",
      ip: known.address,
      ...leaf("mac", known.fields.get("mac")?.value),
      ...leaf("dns_name", known.fields.get("name")?.value),
    },
    after: { state: "gone" },
    mature: view.mature,
    confirmed: isConfirmed(view, true),
    evidence: "no-response",
    history: absenceHistory(view, known),
    role: hostRole(known, view.context.roles),
  });
}

/** What is rare is that it was away; the absence that led here is the deviation itself. */
function absenceHistory(view: CycleView, known: HostBaseline): DeviationHistory {
  const away = known.rhythm === undefined ? countedAbsences(view, known) : absences(known).away;
  return { ...presenceHistory(view, known, away), changes: away };
}

/** A state of an older version has no rhythm, only counts. */
function countedAbsences({ baseline }: CycleView, known: HostBaseline): number {
  return Math.max(0, baseline.scans - known.covered - known.misses);
}
