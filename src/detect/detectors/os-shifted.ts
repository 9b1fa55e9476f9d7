import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import type { FieldChange } from "../compare/field-change.ts";
import { aboutHostField, hostChange, hostChanges } from "../compare/host-changes.ts";
import type { HostChange } from "../compare/host-changes.ts";

/**
 * The *family* of the operating system is another one. Names, generations, accuracies and the list of candidates flicker
 * in most repetitions of an unchanged host, the best family practically never; still several sightings must agree.
 */
export const osShifted: Detector = { id: "os-shifted", version: "1.1.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  const best = hostChanges(view, "os_best");
  const judged = new Set(best.map(({ host }) => host.id));
  // A state of before the best family was remembered has the set of families alone.
  const sets = hostChanges(view, "os_family").filter(
    ({ host, known }) => !judged.has(host.id) && !known.fields.has("os_best"),
  );
  return [...best, ...sets.filter(({ change }) => disjoint(change))].flatMap((at) => judge(view, at));
}

function judge(view: CycleView, at: HostChange): readonly Deviation[] {
  const signs = signsOf(view, at);
  if (sightings(at.change) < sightingsNeeded(at.change, signs)) return [];
  const name = at.host.observation.os?.matches[0]?.name;
  const reasons: Deviation["reasons"] =
    signs.otherTtl || signs.otherStack ? ["family-changed", "corroborated"] : ["family-changed"];
  const found = {
    ...aboutHostField(view, at, "os_family"),
    before: { os_family: at.change.from },
    after: { os_family: at.change.to, ...(name === undefined ? {} : { os_name: name }) },
    reasons,
  };
  return [deviation(osShifted, found)];
}

interface Signs {
  readonly otherTtl: boolean;
  readonly otherStack: boolean;
  /** No family of before is even among the candidates. */
  readonly disjoint: boolean;
}

function signsOf(view: CycleView, at: HostChange): Signs {
  const families = hostChange(view, at, "os_family");
  return {
    otherTtl: hostChange(view, at, "reason_ttl") !== null,
    otherStack: hostChange(view, at, "stack") !== null,
    disjoint: families !== null && disjoint(families),
  };
}

/** In a row, this one included. */
function sightings({ repeated, known }: FieldChange): number {
  return repeated ? known.streak + 1 : 1;
}

/** Sightings without another sign; what each family in front now and then before costs in addition. */
const NEEDED = 3;
const SELDOM = 0.01;
const OFTEN = 0.1;

function sightingsNeeded(change: FieldChange, { otherTtl, otherStack, disjoint: apart }: Signs): number {
  if (otherTtl && apart) return 1;
  const base = otherTtl || otherStack ? NEEDED - 1 : NEEDED;
  const share = flickers(change);
  if (share <= SELDOM) return base;
  return share <= OFTEN ? base + 2 : Number.POSITIVE_INFINITY;
}

/** In which share of the sightings before this one another family was in front for a moment: there and back. */
function flickers({ known, repeated }: FieldChange): number {
  const before = known.observed - (repeated ? known.streak : 0);
  const changes = known.changes - (repeated ? 1 : 0);
  return before <= 0 ? 0 : changes / 2 / before;
}

/** "linux" and "freebsd,linux" may be the same system; sets without a common family are not. */
function disjoint({ from, to }: FieldChange): boolean {
  const before = new Set(from.split(","));
  return to.split(",").every((family) => !before.has(family));
}
