import type { Anomaly } from "../../domain/anomaly.ts";
import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Excuse } from "../../domain/excuse.ts";
import type { MatchedNews, PlannedChange } from "../../domain/planned-change.ts";
import type { MaintenanceTest } from "../../domain/tick.ts";
import { anomalyId } from "../life/candidate.ts";
import { isHarm } from "./never.ts";
import { plannedExcuse } from "./planned.ts";

export interface ExcuseInput {
  readonly view: CycleView;
  /** Those in effect. */
  readonly changes: readonly PlannedChange[];
  /** Absent: there are no windows. */
  readonly maintenance?: MaintenanceTest | undefined;
  /** Stored rows of the segment. */
  readonly anomalies: readonly Anomaly[];
}

export interface Excused {
  /** All of them, those that somebody announced for information only. */
  readonly deviations: readonly Deviation[];
  /** Of these, what becomes normal because of it. */
  readonly learned: readonly Deviation[];
  /** By id of the change: what it explains in this cycle. */
  readonly matched: ReadonlyMap<string, readonly MatchedNews[]>;
}

/** What was announced, or falls into a maintenance window, is for information only. Pure, and order does not matter. */
export function excuseNews(deviations: readonly Deviation[], input: ExcuseInput): Excused {
  const changes = inOrder(inEffect(input));
  const reported = new Map(input.anomalies.filter(isLive).map((one) => [one.id, one]));
  const segment = input.view.context.vantage.segment;
  const judged = deviations.map((deviation) => {
    const before = reported.get(anomalyId(segment, deviation)) ?? null;
    const planned = plannedExcuse(deviation, before, { view: input.view, changes });
    return excused(deviation, planned ?? maintenanceExcuse(deviation, before, input));
  });
  return { deviations: judged, learned: judged.filter(isLearned), matched: matchedBy(judged, segment) };
}

function inEffect({ changes, view: { context, baseline } }: ExcuseInput): readonly PlannedChange[] {
  // A clock that went back proves nothing about when something happened.
  if (baseline.lastScanAt !== null && context.startedAt < baseline.lastScanAt) return [];
  return changes.filter((change) => change.state === "announced" && change.announcedAt <= context.endedAt);
}

function inOrder(changes: readonly PlannedChange[]): readonly PlannedChange[] {
  return changes.toSorted((a, b) => a.announcedAt - b.announcedAt || (a.id < b.id ? -1 : 1));
}

function isLive({ state }: Anomaly): boolean {
  return state === "open" || state === "muted";
}

/** A window does not hide harm; everything else is judged again when it ends. What was reported before stays so. */
function maintenanceExcuse(
  deviation: Deviation,
  reported: Anomaly | null,
  { view, maintenance }: ExcuseInput,
): Excuse | null {
  if (maintenance === undefined || deviation.host === null || deviation.informational) return null;
  if (reported !== null && reported.excuse === undefined) return null;
  const window = maintenance(deviation.host, view.context.endedAt);
  return window === null || isHarm(view, deviation) ? null : { kind: "maintenance", ...window };
}

function excused(deviation: Deviation, excuse: Excuse | null): Deviation {
  if (excuse === null) return deviation;
  const code = excuse.kind === "change" ? ("planned-change" as const) : ("maintenance" as const);
  return { ...deviation, informational: true, reasons: [code, ...deviation.reasons].slice(0, 12), excuse };
}

function isLearned({ excuse, mature }: Deviation): boolean {
  return excuse?.kind === "change" && excuse.learned && mature;
}

function matchedBy(deviations: readonly Deviation[], segment: string): Excused["matched"] {
  const news = deviations.flatMap((deviation): [string, MatchedNews][] => {
    const { excuse, host, kind, subject, observedAt: at } = deviation;
    if (excuse?.kind !== "change" || host === null) return [];
    return [[excuse.id, { anomaly: anomalyId(segment, deviation), kind, subject, address: host.address, at }]];
  });
  const byChange = Map.groupBy(news, ([id]) => id);
  return new Map([...byChange].map(([id, all]) => [id, all.map(([, one]) => one)]));
}
