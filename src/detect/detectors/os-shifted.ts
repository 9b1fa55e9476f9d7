import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { aboutHostField, hostChange, hostChanges } from "../compare/host-changes.ts";
import type { HostChange } from "../compare/host-changes.ts";

/**
 * The operating system *family* is another one. Names, generations and accuracies flicker in most repetitions of an
 * unchanged host, families practically never; still one sighting needs a second, or another TTL class beside it.
 */
export const osShifted: Detector = { id: "os-shifted", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return hostChanges(view, "os_family")
    .filter(({ change }) => disjoint(change.from, change.to))
    .flatMap((at) => judge(view, at));
}

function judge(view: CycleView, at: HostChange): readonly Deviation[] {
  const otherTtl = hostChange(view, at, "reason_ttl") !== null;
  if (!at.change.repeated && !otherTtl) return [];
  const corroborated = otherTtl || hostChange(view, at, "stack") !== null;
  const best = at.host.observation.os?.matches[0]?.name;
  const found = {
    ...aboutHostField(view, at, "os_family"),
    before: { os_family: at.change.from },
    after: { os_family: at.change.to, ...(best === undefined ? {} : { os_name: best }) },
    reasons: corroborated ? (["family-changed", "corroborated"] as const) : (["family-changed"] as const),
  };
  return [deviation(osShifted, found)];
}

/** "linux" and "freebsd,linux" may be the same system; only sets without a common family are a shift. */
function disjoint(from: string, to: string): boolean {
  const before = new Set(from.split(","));
  return to.split(",").every((family) => !before.has(family));
}
