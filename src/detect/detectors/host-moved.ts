import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { presenceComparable } from "../../domain/maturity.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { aboutHostField, hostChanges } from "../compare/host-changes.ts";

/** The same machine at another address: worth knowing, never an alert. */
export const hostMoved: Detector = { id: "host-moved", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  if (!presenceComparable(view)) return [];
  return hostChanges(view, "ip").map((at) =>
    deviation(hostMoved, {
      ...aboutHostField(view, at, "ip"),
      before: { ip: at.change.from },
      after: { ip: at.change.to, ...identity(at.host.identity.matchedBy) },
      mature: view.mature,
      reasons: ["same-identity"],
    }),
  );
}

function identity(matchedBy: string | null): { readonly identity?: string } {
  return matchedBy === null ? {} : { identity: matchedBy };
}
