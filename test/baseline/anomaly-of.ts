import { SCORE_PARTS } from "../../src/domain/anomaly.ts";
import type { Anomaly } from "../../src/domain/anomaly.ts";
import type { Deviation } from "../../src/domain/deviation.ts";

/** The open anomaly a deviation would become; score and life cycle are tested elsewhere. */
export function anomalyOf(d: Deviation): Anomaly {
  const { kind, subject, target, detector, host, port, from, to, before, after } = d;
  return {
    id: `${kind} ${host?.id} ${subject} ${target}`,
    segment: "lab",
    kind,
    subject,
    target,
    detector,
    host,
    port,
    from,
    to,
    before,
    after,
    state: "open",
    episode: 1,
    count: 1,
    firstSeen: d.observedAt,
    lastSeen: d.observedAt,
    openedCycle: "cycle-1",
    lastCycle: "cycle-1",
    lastEventAt: d.observedAt,
    score: {
      value: 50,
      band: "high",
      bits: null,
      exposure: null,
      parts: SCORE_PARTS.map((name) => ({ name, points: 0, why: "" })),
    },
    confirmed: d.confirmed,
    evidence: d.evidence,
    reasons: d.reasons,
    informational: d.informational,
    history: d.history,
    declared: d.declared,
    group: null,
    supersedes: [],
    closed: null,
    mute: null,
    message: "",
  };
}
