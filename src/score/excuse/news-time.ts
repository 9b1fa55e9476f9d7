import type { Anomaly } from "../../domain/anomaly.ts";
import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { portKey } from "../../domain/network.ts";

/** Between which two moments something happened, UTC ms: the look before it, and the one that found it. */
export interface NewsTime {
  readonly after: number;
  readonly at: number;
}

/**
 * A scan says that something is there, not when it came: it came since the last look. What was reported before happened
 * before its first report, and one more look does not make it newer.
 */
export function newsTime(view: CycleView, deviation: Deviation, reported: Anomaly | null): NewsTime {
  if (reported !== null) return { after: reported.firstSeen, at: reported.firstSeen };
  return { after: Math.min(lastLook(view, deviation), deviation.observedAt), at: deviation.observedAt };
}

function lastLook({ baseline, context }: CycleView, { host, port, observedAt, to }: Deviation): number {
  const known = host === null ? undefined : baseline.hosts.get(host.id);
  if (known === undefined) return baseline.lastScanAt ?? context.startedAt;
  if (known.reference === "new") return known.firstSeen.at;
  const memory = port === null ? undefined : known.ports.get(portKey(port));
  // What is missed has to be missed several times before it is told.
  if (memory?.reference === "open" && to === "closed") return memory.lastSeen.at;
  return known.lastSeen.at > observedAt ? observedAt : known.lastSeen.at;
}
