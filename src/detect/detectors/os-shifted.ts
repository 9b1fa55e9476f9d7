import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { familyLooksNeeded } from "../../domain/os-doubt.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import type { FieldChange } from "../compare/field-change.ts";
import { aboutHostField, hostChange, hostChanges } from "../compare/host-changes.ts";
import type { HostChange } from "../compare/host-changes.ts";

/**
 * The *family* of the operating system is another one. Names, generations, accuracies and the list of candidates flicker
 * in most repetitions of an unchanged host, the best family practically never; still several looks must agree, of which
 * one scan makes two: what looks like another family is asked again at once.
 */
export const osShifted: Detector = { id: "os-shifted", version: "1.2.0", detect };

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
  if (looksOf(at) < looksNeeded(at, signs)) return [];
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

/** In a row, those of this scan included. */
function looksOf({ change: { known, repeated }, host }: HostChange): number {
  return (repeated ? known.streak : 0) + (host.observation.os?.looks ?? 1);
}

/** Signs that chance alone does not make: they stand for the looks that would follow. */
function looksNeeded({ change }: HostChange, { otherTtl, otherStack, disjoint: apart }: Signs): number {
  return otherTtl && apart ? 1 : familyLooksNeeded(change.known, otherTtl || otherStack);
}

/** "linux" and "freebsd,linux" may be the same system; sets without a common family are not. */
function disjoint({ from, to }: FieldChange): boolean {
  const before = new Set(from.split(","));
  return to.split(",").every((family) => !before.has(family));
}
