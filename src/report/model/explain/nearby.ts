import { type Anomaly, GROUP_WINDOW_MS } from "../../../domain/anomaly.ts";
import type { Severity } from "../../../domain/declaration.ts";
import { isoTime } from "../../../lib/time.ts";
import { ownHosts } from "./peers.ts";

/** Another anomaly of the same host that began about the same time. */
export interface Nearby {
  readonly id: string;
  readonly kind: Anomaly["kind"];
  readonly sentence: string;
  readonly severity: Severity;
  readonly score: number;
  readonly state: Anomaly["state"];
  readonly firstSeen: string;
}

/** What is listed of a host on which everything changed. */
const MOST = 50;

/** What else began on the host up to three days before or after, in the order in which it did. */
export function nearbyOf(anomaly: Anomaly, others: readonly Anomaly[]): readonly Nearby[] {
  const own = ownHosts(anomaly);
  return others
    .filter((one) => one.id !== anomaly.id && Math.abs(one.firstSeen - anomaly.firstSeen) <= GROUP_WINDOW_MS)
    .filter((one) => [...ownHosts(one)].some((id) => own.has(id)))
    .toSorted((a, b) => a.firstSeen - b.firstSeen || (a.id < b.id ? -1 : 1))
    .slice(0, MOST)
    .map(line);
}

function line({ id, kind, message, score, state, firstSeen }: Anomaly): Nearby {
  return {
    id,
    kind,
    sentence: message,
    severity: score.band,
    score: score.value,
    state,
    firstSeen: isoTime(firstSeen),
  };
}
