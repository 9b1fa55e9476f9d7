import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { macClass } from "../../domain/mac.ts";
import { isAlwaysOn } from "../../domain/rhythm.ts";
import { hostRole, isCarried } from "../../domain/role.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { aboutHostField, hostChanges } from "../compare/host-changes.ts";
import type { HostChange } from "../compare/host-changes.ts";

/** The same host answers with another hardware address. Made-up addresses change by design and are not compared. */
export const macChanged: Detector = { id: "mac-changed", version: "1.1.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  // Behind another gateway every host shows another MAC.
  if (view.vantage.problems.includes("source-address-changed")) return [];
  return hostChanges(view, "mac")
    .filter(isComparable)
    .map((at) =>
      deviation(macChanged, {
        ...aboutHostField(view, at, "mac"),
        before: { mac: at.change.from },
        after: { mac: at.change.to },
        informational: isOrdinary(view, at),
      }),
    );
}

/**
 * Laptops have several network cards (a dock, a dongle, the wireless one), and what was switched off may have got a new
 * one. The card of a machine that stays where it is does not change by itself.
 */
function isOrdinary(view: CycleView, { known }: HostChange): boolean {
  const role = hostRole(known, view.context.roles);
  if (isAlwaysOn(known.rhythm ?? {})) return false;
  return isCarried(role) || (role === "unknown" && known.misses > 0);
}

function isComparable({ change }: HostChange): boolean {
  return macClass(change.from) === "universal" || macClass(change.to) === "universal";
}
