import { identifyHosts } from "../baseline/identity/identify.ts";
import { buildView } from "../baseline/view.ts";
import type { SegmentBaseline } from "../domain/baseline.ts";
import type { CycleContext, CycleView } from "../domain/cycle.ts";
import { observe, type Scanned, trust } from "../scan/quality/observe.ts";

/** Judged runs → one view: what was seen beside what is known, and whether the vantage can be trusted. Pure. */
export function viewOf(context: CycleContext, baseline: SegmentBaseline, scanned: Scanned): CycleView {
  const observed = observe(scanned, baseline, context.recorded);
  const identified = identifyHosts(baseline, observed.observations, { segment: baseline.segment });
  const vantage = trust({ context, baseline, looks: scanned.looks, observed, identified });
  return buildView({ ...observed, context, baseline, vantage, identified });
}
