import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { macClass } from "../../domain/mac.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { aboutHostField, hostChanges } from "../compare/host-changes.ts";
import type { HostChange } from "../compare/host-changes.ts";

/** The same host answers with another hardware address. Made-up addresses change by design and are not compared. */
export const macChanged: Detector = { id: "mac-changed", version: "1.0.0", detect };

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
      }),
    );
}

function isComparable({ change }: HostChange): boolean {
  return macClass(change.from) === "universal" || macClass(change.to) === "universal";
}
