import type { DeclaredView } from "./declaration.ts";
import type { Facts } from "./facts.ts";
import type { AnomalyKind } from "./kinds/catalogue.ts";
import type { PortRef } from "./network.ts";
import type { Excuse } from "./excuse.ts";
import type { HostRole } from "./role.ts";
import type { WireEvidence } from "./settle.ts";

/** A host as people and events refer to it. */
export interface HostRef {
  readonly id: string;
  readonly address: string;
  readonly mac: string | null;
  /** Lower-case name, or null when none is known. */
  readonly name: string | null;
  readonly osFamily: string | null;
  readonly tags: readonly string[];
}

/** The reasons, for `tripline.anomaly.reasons`: a closed list, at most 12 per anomaly. */
export type ReasonCode =
  | "rare-port"
  | "unknown-service"
  | "remote-admin"
  | "data-store"
  | "control-plane"
  | "proxy-service"
  | "unauthenticated"
  | "backdoor"
  | "high-criticality"
  | "not-declared"
  | "declared-port-closed"
  | "same-identity"
  | "same-product"
  | "new-host"
  | "closed-segment"
  | "all-evidence-replaced"
  | "family-changed"
  | "key-replaced"
  | "foreign-issuer"
  | "self-signed"
  | "name-lost"
  | "downgrade"
  | "rollout"
  | "corroborated"
  | "unconfirmed"
  | "planned-change"
  | "maintenance";

/** What the baseline knew about the subject: the input of the rarity points. */
export interface DeviationHistory {
  /** Covered scans of the host (of the segment for presence kinds) before this cycle. */
  readonly scans: number;
  /** In how many of them the subject was as it is now. */
  readonly seen: number;
  /** Changes of the field so far. */
  readonly changes: number;
  readonly firstSeen: number | null;
  readonly lastSeen: number | null;
}

/**
 * A raw difference between observation and baseline or declaration: one per subject and kind in a cycle. No score,
 * no memory of previous cycles; that is the anomaly.
 */
export interface Deviation {
  readonly kind: AnomalyKind;
  readonly detector: { readonly id: string; readonly version: string };
  readonly host: HostRef | null;
  readonly port: PortRef | null;
  /** What deviates: `tcp/4444`, `mac`, `name`, `presence`, … */
  readonly subject: string;
  /** The value it moved to, canonical: part of the anomaly's identity. */
  readonly target: string;
  /** Short values for the sentence and for grouping: equal `from`/`to` on many hosts is one rollout. */
  readonly from: string | null;
  readonly to: string | null;
  readonly before: Facts;
  readonly after: Facts;
  /** False: the change counts as learning, it is shown and counted but makes no anomaly. */
  readonly mature: boolean;
  readonly confirmed: boolean;
  readonly evidence: WireEvidence | null;
  readonly observedAt: number;
  readonly history: DeviationHistory;
  readonly declared: DeclaredView | null;
  readonly reasons: readonly ReasonCode[];
  /** "Info": shown with severity low, never an alert. */
  readonly informational: boolean;
  /** True when no harmless cause is possible, such as an unknown host in a closed segment. */
  readonly closedSegment: boolean;
  /** What the host is for, where the score of a loss depends on it. */
  readonly role?: HostRole;
  /** Not seen in the look before this one; absent where it was, or where looks are not compared. */
  readonly fresh?: true;
  /** What else changed on it in this cycle and is no news of its own, as a verb phrase: `was upgraded to 1.26`. */
  readonly noted?: string;
  /** What it stands for, where one fact has many ports; scored as the highest of them. */
  readonly members?: readonly Deviation[];
  /** Somebody said before that it would come; absent: nobody did. */
  readonly excuse?: Excuse;
}
