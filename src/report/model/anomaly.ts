import type { Anomaly, AnomalyStep, Transition } from "../../domain/anomaly.ts";
import type { Severity } from "../../domain/declaration.ts";
import { endpointAt } from "../../domain/network.ts";
import { bySeverity } from "./severity.ts";
import { whyText } from "./why.ts";

/** An anomaly in one line: how bad, what, where, why, and by which name more can be asked. */
export interface AnomalyLine {
  readonly id: string;
  /** Enough of the id for a command. */
  readonly shortId: string;
  readonly severity: Severity;
  readonly score: number;
  readonly kind: Anomaly["kind"];
  /** Address or endpoint; how many hosts, for a rollout; `segment` for what has no host. */
  readonly where: string;
  /** In plain words, without the arithmetic: that is in `explain`. */
  readonly why: string;
  readonly state: Anomaly["state"];
  readonly message: string;
  readonly lookedAtBy: string | null;
  /** UTC ms. */
  readonly lastSeen: number;
}

export interface StepLine extends AnomalyLine {
  readonly transition: Transition;
  readonly notable: boolean;
}

const SHORT_ID = 8;

export function anomalyLine(anomaly: Anomaly): AnomalyLine {
  return {
    id: anomaly.id,
    shortId: anomaly.id.slice(0, SHORT_ID),
    severity: anomaly.score.band,
    score: anomaly.score.value,
    kind: anomaly.kind,
    where: whereText(anomaly),
    why: whyText(anomaly),
    state: anomaly.state,
    message: anomaly.message,
    lookedAtBy: anomaly.acknowledged?.by ?? null,
    lastSeen: anomaly.lastSeen,
  };
}

/** What ends an anomaly, or what an operator did, says more than the score that it had. */
export function stepLine({ anomaly, transition, notable, reason }: AnomalyStep): StepLine {
  const line = anomalyLine(anomaly);
  return { ...line, why: anomaly.state === "open" ? line.why : reason, transition, notable };
}

/** What a list needs of an anomaly to put it in its place. */
interface Ranked {
  readonly id: string;
  readonly severity: Severity;
  readonly score: number;
  readonly lastSeen: number;
}

/** Critical first; of one severity the newest, then the highest score; the id decides what is left. */
export function worstFirst(a: Ranked, b: Ranked): number {
  return bySeverity(a.severity, b.severity) || b.lastSeen - a.lastSeen || b.score - a.score || a.id.localeCompare(b.id);
}

/** The same order for anomalies themselves. */
export function sortedAnomalies(anomalies: readonly Anomaly[]): readonly Anomaly[] {
  const ranked = ({ id, score, lastSeen }: Anomaly) => ({ id, severity: score.band, score: score.value, lastSeen });
  return anomalies.toSorted((a, b) => worstFirst(ranked(a), ranked(b)));
}

/** Everything that is stored of one anomaly; of a member also what stands for it. */
export function shownAnomaly({ anomaly, memberOf }: { readonly anomaly: Anomaly; readonly memberOf: Anomaly | null }) {
  if (memberOf === null) return anomaly;
  const { id, kind, state, message } = memberOf;
  return { ...anomaly, memberOf: { id, kind, state, message } };
}

/** Where something is, as people write it. */
export function whereText({
  host,
  port,
  group = null,
}: Pick<Anomaly, "host" | "port"> & Partial<Pick<Anomaly, "group">>): string {
  if (group !== null && host === null) return hostCount(group);
  if (host === null) return "segment";
  return port === null ? host.address : endpointAt(host.address, port);
}

function hostCount({ members }: NonNullable<Anomaly["group"]>): string {
  return `${new Set(members.map((member) => member.hostId)).size} hosts`;
}
