import type { PlannedChange } from "../../domain/planned-change.ts";
import type { Anomaly, Mute } from "../../domain/anomaly.ts";
import type { DeadLetter, OutboxStatus } from "../../domain/ports/outbox.ts";
import type { BaselineView } from "./baseline.ts";
import type { BaselineDiffView } from "./baseline-diff.ts";
import type { DoctorCheck } from "./doctor.ts";
import type { DriftView } from "./drift.ts";
import type { ExplanationView } from "./explanation.ts";
import type { HostsView } from "./hosts.ts";
import type { MuteCheckView } from "./mute-check.ts";
import type { ScanPlanView } from "./plan.ts";
import type { HistoryView } from "./history.ts";
import type { ScanDiffView, ScansView } from "./scans.ts";
import type { ScanView } from "./scan.ts";
import type { StatusView } from "./status.ts";

/** The read model: everything that an operation may have to say, as plain data. Renderers know nothing else. */
export type View =
  | ScanView
  | StatusView
  /** The worst first. */
  | { readonly kind: "anomalies"; readonly anomalies: readonly Anomaly[] }
  | { readonly kind: "anomaly"; readonly anomaly: Anomaly; readonly memberOf: Anomaly | null }
  | ExplanationView
  | HostsView
  | DriftView
  | BaselineView
  | BaselineDiffView
  | ScansView
  | ScanDiffView
  | HistoryView
  | { readonly kind: "mutes"; readonly mutes: readonly Mute[] }
  | { readonly kind: "changes"; readonly changes: readonly PlannedChange[] }
  | MuteCheckView
  | { readonly kind: "outbox"; readonly outbox: OutboxStatus }
  | { readonly kind: "dead-letters"; readonly letters: readonly DeadLetter[] }
  | { readonly kind: "doctor"; readonly checks: readonly DoctorCheck[] }
  | { readonly kind: "dry-run"; readonly plan: ScanPlanView };

export type ViewKind = View["kind"];

/** One function per kind of view: a kind without one does not compile. */
export type PerView<T> = { readonly [Kind in ViewKind]: (view: Extract<View, { readonly kind: Kind }>) => T };

export function perView<T>(table: PerView<T>, view: View): T {
  // The kind chooses the function that takes it; TypeScript cannot follow a union through its own index.
  const render = table[view.kind] as (view: View) => T;
  return render(view);
}
