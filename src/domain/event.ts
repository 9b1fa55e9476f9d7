import type { Severity } from "./declaration.ts";
import type { Verdict } from "./anomaly.ts";
import type { AnomalyKind } from "./kinds/catalogue.ts";
import type { AuditKind } from "./kinds/audit.ts";
import type { HealthKind } from "./kinds/health.ts";

/** Of ECS, and of our own contract: additive change → minor; rename, removal or type change → major. */
export const ECS_VERSION = "9.4.0";
export const SCHEMA_VERSION = "1.1";

export const EVENT_FAMILIES = ["anomaly", "scan", "observation", "audit"] as const;
export type EventFamily = (typeof EVENT_FAMILIES)[number];

/** An ECS document on its way out: the body is frozen here, every retry sends the same bytes. */
export interface EventDocument {
  /** `event.id` and Elasticsearch `_id`: 26 characters. */
  readonly id: string;
  readonly family: EventFamily;
  /** Kafka key: `<vantage>|<host.id>`, the vantage alone, or with `|tcp/22` for a service observation. */
  readonly key: string;
  readonly action: string;
  readonly severity: Severity | null;
  readonly namespace: string;
  /** One UTF-8 JSON document. */
  readonly body: string;
}

/** Health of scan, vantage, source or sink; no severity, never an anomaly. */
export interface HealthNotice {
  readonly kind: HealthKind;
  /** What it is about besides the vantage: sink, script, file. Part of the event's identity. */
  readonly subject: string | null;
  /** One sentence: what happened. */
  readonly message: string;
  readonly reason: string | null;
  /** TL code, where one applies. */
  readonly code: string | null;
  readonly outcome: "success" | "failure" | "unknown";
  /** Of `declaration-evaluated`: what the first look at the source found. */
  readonly findings?: FindingCounts;
}

/** Findings of one source of declarations: how many, on how many hosts, and how bad. */
export interface FindingCounts extends Readonly<Record<Severity, number>> {
  readonly total: number;
  readonly hosts: number;
}

/** Who did what: becomes an audit row and an audit event. */
export interface AuditEntry {
  readonly id: string;
  readonly kind: AuditKind;
  readonly at: number;
  readonly by: string;
  /** `control`: asked of the running agent through its control socket. */
  readonly via: "cli" | "api" | "web" | "config" | "timer" | "control";
  /** The user of the machine who asked, where the system proved it; `by` is the name given with `--by`. */
  readonly uid?: number;
  readonly object: string;
  readonly reason: string;
  readonly until: number | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly anomalyId: string | null;
  /** What the anomaly turned out to be, and its kind: it counts although the anomaly may be reopened later. */
  readonly verdict?: { readonly as: Verdict; readonly kind: AnomalyKind };
}
