import type { Anomaly } from "./anomaly.ts";
import { COUNTERS, counterOf } from "./kinds/counters.ts";
import { parsePortKey } from "./network.ts";

/** By host id, what somebody was called for and nobody accepted: the names of {@link alertedKey}. */
export type Alerted = ReadonlyMap<string, ReadonlySet<string>>;

export const NOTHING_ALERTED: ReadonlySet<string> = new Set();

/** A counted kind, and the port where it is about one: `port-opened tcp/4444`, `mac-changed`. */
export function alertedKey(counter: string, subject: string): string {
  return parsePortKey(subject) === null ? counter : `${counter} ${subject}`;
}

/** Whether the opening of this port is such an alert. */
export function isOpeningAlerted(alerted: ReadonlySet<string>, port: string): boolean {
  return OPENINGS.some(({ name }) => alerted.has(alertedKey(name, port)));
}

const OPENINGS = COUNTERS.filter(({ of }) => of.what === "port" && of.turns === "open");

/**
 * What was worth an alert and vanishes unexplained says nothing about what is ordinary, or the first visit of an
 * intruder would excuse the second. `anomalies`: in effect before this cycle; what it settles is among them.
 */
export function alertedBy(anomalies: readonly Anomaly[], alertAt: number): Alerted {
  const all = new Map<string, Set<string>>();
  for (const anomaly of anomalies.filter((one) => wasAlert(one, alertAt))) {
    const counter = counterOf(anomaly.group?.kind ?? anomaly.kind);
    if (counter === null) continue;
    for (const { hostId, subject } of placesOf(anomaly)) {
      const known = all.get(hostId) ?? new Set();
      all.set(hostId, known.add(alertedKey(counter.name, subject)));
    }
  }
  return all;
}

/** A mute says that it is known; a verdict that it was real does not make it normal. */
function wasAlert({ state, score, informational, excuse }: Anomaly, alertAt: number): boolean {
  return (state === "open" || state === "closed") && score.value >= alertAt && !informational && excuse === undefined;
}

function placesOf({ group, host, subject }: Anomaly): readonly { readonly hostId: string; readonly subject: string }[] {
  if (group === null) return host === null ? [] : [{ hostId: host.id, subject }];
  return group.members.map((member) => ({ hostId: member.hostId, subject: member.subject ?? subject }));
}
