import { beforeLook } from "../baseline/before-look.ts";
import { identifyHosts } from "../baseline/identity/identify.ts";
import { buildView } from "../baseline/view.ts";
import type { SegmentBaseline } from "../domain/baseline.ts";
import type { CycleContext, CycleView, ScanSummary, VantageVerdict } from "../domain/cycle.ts";
import { type NmapRun, provesAbsence } from "../domain/nmap-run.ts";
import { observe } from "../scan/quality/observe.ts";

/** What a committed cycle saw, with the verdicts it had. */
export interface JudgedRuns {
  readonly runs: readonly NmapRun[];
  readonly summary: ScanSummary;
  readonly vantage: VantageVerdict;
}

/** The view of a cycle that was learned from, as its detectors saw it. */
export function viewAgain(
  context: CycleContext,
  baseline: SegmentBaseline,
  { runs, summary, vantage }: JudgedRuns,
): CycleView {
  const scanned = { runs, extent: { outOfScope: 0, gaps: [], narrowed: false }, looks: [] };
  const observed = observe(scanned, baseline, context.recorded);
  const silence = vantage.state === "ok" ? "closed" : "nothing";
  const identified = identifyHosts(baseline, observed.observations, { segment: baseline.segment, silence });
  // A second look at an incomplete scan completes nothing: it counts as one that was taken aside.
  const seen = provesAbsence(summary) ? summary : { ...summary, narrowed: true };
  return beforeLook(buildView({ ...observed, context, baseline, summary: seen, vantage, identified }));
}

export function inside(run: NmapRun, inScope: (address: string) => boolean): NmapRun {
  return { ...run, hosts: run.hosts.filter((host) => inScope(host.address)) };
}
