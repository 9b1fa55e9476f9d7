import type { HostBaseline } from "../../domain/baseline.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { DeviationHistory } from "../../domain/deviation.ts";
import { hostRef } from "../../domain/host-ref.ts";
import { hostMature } from "../../domain/maturity.ts";
import type { Found } from "../detector.ts";

/** Maturity for port and field kinds: the host's own scans before this cycle. */
export function isMature(view: CycleView, known: HostBaseline | null): boolean {
  return hostMature(known, view.context.maturity, view.context.startedAt);
}

export function aboutHost(view: CycleView, host: HostView): Pick<Found, "host" | "observedAt"> {
  return { host: hostRef(host, view.context.tags), observedAt: host.observation.observedAt };
}

/** Presence kinds count the scans of the segment; `seen`: in how many the host was as it is now. */
export function presenceHistory(view: CycleView, known: HostBaseline | null, seen: number): DeviationHistory {
  return {
    scans: view.baseline.scans,
    seen,
    changes: 0,
    firstSeen: known?.firstSeen.at ?? null,
    lastSeen: known?.lastSeen.at ?? null,
  };
}

/**
 * True after a probe with another technique, or when the scan before said the same. Nobody can be asked about a
 * recorded scan, so nothing in it is confirmed.
 */
export function isConfirmed(view: CycleView, twofold: boolean): boolean {
  return !view.context.recorded && twofold;
}
