import { teachScan, type Taught } from "../baseline/teach.ts";
import { detect } from "../detect/registry.ts";
import { standing } from "../detect/standing.ts";
import type { Anomaly } from "../domain/anomaly.ts";
import type { HostBaseline, SegmentBaseline } from "../domain/baseline.ts";
import type { CycleContext, CycleView } from "../domain/cycle.ts";
import { type JudgedRuns, viewAgain } from "./view-again.ts";

/** A scan of the past whose facts are still stored. */
export interface PastScan extends JudgedRuns {
  readonly context: CycleContext;
  /** It was outside the safe periods when it was taken, and counts for maturity from now on. */
  readonly counts: boolean;
}

/** Read one after the other, because all of them together need not fit into memory. */
export type PastScans = () => AsyncIterable<PastScan>;

/** The anomalies whose finding these scans show, of a group all that is not over. */
export async function shownBy(
  scans: PastScans,
  { baseline, anomalies }: { readonly baseline: SegmentBaseline; readonly anomalies: readonly Anomaly[] },
): Promise<readonly Anomaly[]> {
  const open = new Map(anomalies.map((anomaly) => [anomaly.id, piecesOf(anomaly)]));
  for await (const scan of scans()) {
    const view = viewAgain(scan.context, baseline, scan);
    const deviations = detect(view);
    for (const [id, pieces] of open) {
      open.set(
        id,
        pieces.filter((piece) => standing(view, piece, deviations) !== "present"),
      );
    }
  }
  return anomalies.filter(({ id }) => open.get(id)?.length === 0);
}

/** Each member by itself. */
function piecesOf(anomaly: Anomaly): readonly Anomaly[] {
  const { group } = anomaly;
  if (group === null) return [anomaly];
  const members = group.members.filter(({ over }) => over === undefined);
  return members.map((member) => ({ ...anomaly, group: { ...group, members: [member] } }));
}

export interface PeriodLesson extends Taught {
  /** Ids of the hosts whose memory changed. */
  readonly touched: ReadonlySet<string>;
}

/** Everything that these scans show becomes normal. `given`: as the accepts of what was reported leave it. */
export async function learnScans(scans: PastScans, given: SegmentBaseline): Promise<PeriodLesson> {
  let taught: Taught = { baseline: given, fresh: new Set() };
  for await (const scan of scans()) {
    taught = teachScan(taught, withoutPeriods(viewAgain(scan.context, taught.baseline, scan)), scan.counts);
  }
  const isChanged = (host: HostBaseline) => given.hosts.get(host.id) !== host;
  const touched = [...taught.baseline.hosts.values()].filter(isChanged).map(({ id }) => id);
  return { ...taught, touched: new Set(touched) };
}

/** The operator says that it was safe. */
function withoutPeriods(view: CycleView): CycleView {
  const { safe: _, ...context } = view.context;
  return { ...view, context };
}
