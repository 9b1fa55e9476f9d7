import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { aboutHostField, hostChanges } from "../compare/host-changes.ts";
import { isConfirmed } from "../compare/host-found.ts";

/** A host answers as open on implausibly many ports: a tarpit, a middlebox, or a firewall that was switched off. */
export const allPortsOpen: Detector = { id: "all-ports-open", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return hostChanges(view, "all_ports_open")
    .filter(({ change }) => change.to === "yes")
    .map((at) =>
      deviation(allPortsOpen, {
        ...aboutHostField(view, at, "all_ports_open"),
        confirmed: isConfirmed(view, at.change.repeated || (at.host.observation.recheck?.same ?? 0) > 0),
        from: null,
        to: String(at.host.observation.allPortsOpen),
        before: {},
        after: { state: "open" },
        evidence: "syn-ack",
      }),
    );
}
