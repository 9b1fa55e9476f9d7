import type { Deviation, HostRef, ReasonCode } from "./deviation.ts";
import type { DeclaredView, Severity } from "./declaration.ts";
import type { ExposureClass, Facts } from "./facts.ts";
import type { AnomalyKind } from "./kinds/catalogue.ts";
import type { PortRef } from "./network.ts";
import type { Excuse } from "./excuse.ts";
import type { Investigation } from "./investigation.ts";
import type { WireEvidence } from "./settle.ts";

export const SCORE_PARTS = ["rarity", "exposure", "declaration", "criticality", "corroboration", "context"] as const;
export type ScorePart = (typeof SCORE_PARTS)[number];

/** Additive and explainable: the six points add up to the value, which is clamped to 0–100 and whole. */
export interface Score {
  readonly value: number;
  readonly band: Severity;
  /** Surprisal behind the rarity points; null where none applies. */
  readonly bits: number | null;
  /** Always all six, in the fixed order; `context` is zero or negative. */
  readonly parts: readonly { readonly name: ScorePart; readonly points: number; readonly why: string }[];
  readonly exposure: ExposureClass | null;
}

export const ANOMALY_STATES = ["open", "resolved", "accepted", "muted", "aged", "closed"] as const;
export type AnomalyState = (typeof ANOMALY_STATES)[number];

/** Still told of: one that was closed as real is watched until it is over, but nothing of it is reported meanwhile. */
export function isLive({ state }: Pick<Anomaly, "state">): boolean {
  return state === "open" || state === "muted" || state === "closed";
}

/** `real`: a true alert, whoever did it; `normal`: it was none. */
export const VERDICTS = ["normal", "real"] as const;
export type Verdict = (typeof VERDICTS)[number];
/**
 * Whether an anomaly is still true. `gone`: measured in this cycle and normal again. `unmeasured`: nothing may
 * be concluded, the anomaly stays open.
 */
export type Standing = "present" | "gone" | "unmeasured";
export type CloseReason = "back-to-baseline" | "superseded" | "accepted" | "relearned" | "aged" | "real";
export type Transition =
  | "opened"
  | "escalated"
  | "updated"
  | "resolved"
  | "accepted"
  | "muted"
  | "unmuted"
  | "aged"
  | "closed"
  | "reopened";

/** A host in a grouped anomaly, with the identity of the anomaly that it would be without the group. */
export interface GroupMember {
  readonly hostId: string;
  readonly ip: string;
  readonly name: string | null;
  readonly anomalyId: string;
  /** What deviates on it: `tcp/4444`, `presence`; absent in groups that are older than this leaf. */
  readonly subject?: string;
  /** Its own values, as far as the members of its group differ in them. */
  readonly from?: string | null;
  readonly to?: string | null;
  /** UTC ms when it was found normal again, while others are not yet. */
  readonly over?: number;
}

export interface AnomalyGroup {
  readonly id: string;
  readonly kind: AnomalyKind;
  readonly from: string | null;
  readonly to: string | null;
  readonly members: readonly GroupMember[];
  /** What the members have in common, for people: `version-changed 22/tcp openssh`. */
  readonly subject: string;
  /** What its hosts are for, where that is known. */
  readonly role?: string;
  /** UTC ms of its first member: whoever comes more than {@link GROUP_WINDOW_MS} later is news again. */
  readonly since?: number;
}

/** The same change within three days has one cause; what comes later is reported separately. */
export const GROUP_WINDOW_MS = 72 * 3_600_000;

/**
 * A member of a group, or a port of several that opened together, with an event of its own: what its last event needs.
 */
export interface ToldMember
  extends Pick<
    Anomaly,
    | "id"
    | "kind"
    | "subject"
    | "target"
    | "detector"
    | "host"
    | "port"
    | "from"
    | "to"
    | "episode"
    | "count"
    | "firstSeen"
    | "lastSeen"
    | "confirmed"
  > {
  /** What it scored alone when it joined. */
  readonly score: number;
  /** UTC ms when its end was told; kept so that a return is the next episode. */
  readonly over?: number;
}

/** Deviation(s) + score + reasons + life cycle. Identity: hash(segment, host, kind, subject, target). */
export interface Anomaly {
  readonly id: string;
  readonly segment: string;
  readonly kind: AnomalyKind;
  readonly subject: string;
  readonly target: string;
  readonly detector: Deviation["detector"];
  readonly host: HostRef | null;
  readonly port: PortRef | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly before: Facts;
  readonly after: Facts;
  readonly state: AnomalyState;
  /** Rises at each reopening. */
  readonly episode: number;
  /** Sightings. */
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly openedCycle: string;
  readonly lastCycle: string;
  /** When its last event was made, UTC ms; the repeat interval counts from here. */
  readonly lastEventAt: number;
  readonly score: Score;
  readonly confirmed: boolean;
  readonly evidence: WireEvidence | null;
  readonly reasons: readonly ReasonCode[];
  /** Informational kinds never alert. */
  readonly informational: boolean;
  readonly history: Deviation["history"];
  readonly declared: DeclaredView | null;
  readonly group: AnomalyGroup | null;
  readonly supersedes: readonly string[];
  readonly closed: { readonly by: string; readonly reason: CloseReason } | null;
  readonly mute: { readonly id: string; readonly origin: string; readonly until: number | null } | null;
  /** The sentence of its last transition. */
  readonly message: string;
  /** Why it is for information only, although its kind is not; absent: nothing excuses it. */
  readonly excuse?: Excuse;
  /** Who looks at it; changes nothing else. */
  readonly acknowledged?: { readonly by: string; readonly reason: string; readonly at: number };
  /** What it turned out to be. */
  readonly verdict?: { readonly as: Verdict; readonly by: string; readonly reason: string; readonly at: number };
  /** What the last look at its host on demand found. */
  readonly investigation?: Investigation;
  /** Members with events of their own; absent: none has. */
  readonly told?: readonly ToldMember[];
}

/** One step of an anomaly's life in one commit; each becomes one event. */
export interface AnomalyStep {
  readonly anomaly: Anomaly;
  readonly transition: Transition;
  /** Opened or escalated, mature, not muted, not informational, not the first evaluation of a source. */
  readonly notable: boolean;
  readonly previousScore: number | null;
  /** When it was observed, UTC ms. */
  readonly at: number;
  /** Digest of what changed: part of the event's identity, so that two different steps never share an id. */
  readonly fingerprint: string;
  /** One or two sentences for `event.reason`. */
  readonly reason: string;
  /** Of the step of a member: id of the anomaly that stands for it. */
  readonly memberOf?: string;
  /** Of a group: how many members have an event beside this one, and how many joined or ended without. */
  readonly members?: { readonly told: number; readonly leftOut: number };
}

/** Suppression with a reason, an owner and an end. Matches structured fields only. */
export interface Mute {
  readonly id: string;
  readonly match: {
    readonly host?: string;
    readonly port?: string;
    readonly kind?: AnomalyKind;
    readonly anomaly?: string;
    readonly segment?: string;
  };
  readonly reason: string;
  /** UTC ms. */
  readonly until: number;
  readonly by: string;
  /** `file:line` or `cli`. */
  readonly origin: string;
}

const BANDS: readonly (readonly [from: number, band: Severity])[] = [
  [74, "critical"],
  [48, "high"],
  [22, "medium"],
];

/** Whole score → band. The limits are those of Elastic's risk bands 21 / 47 / 73 / 99. */
export function bandOf(score: number): Severity {
  return BANDS.find(([from]) => score >= from)?.[1] ?? "low";
}

const YEAR_MS = 365 * 86_400_000;

/** Why a mute cannot last until then, or null; both UTC ms. */
export function muteEndProblem(until: number, now: number): string | null {
  if (until <= now) return "the end of a mute is in the past";
  return until - now > YEAR_MS ? "a mute lasts at most one year" : null;
}
