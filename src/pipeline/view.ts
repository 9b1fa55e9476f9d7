import { identifyHosts } from "../baseline/identity/identify.ts";
import { buildView } from "../baseline/view.ts";
import type { SegmentBaseline } from "../domain/baseline.ts";
import type { CycleContext, CycleView } from "../domain/cycle.ts";
import { observe, type Scanned, trust } from "../scan/quality/observe.ts";

/** Judged runs → one view: what was seen beside what is known, and whether the vantage can be trusted. Pure. */
export function viewOf(context: CycleContext, baseline: SegmentBaseline, scanned: Scanned): CycleView {
  const observed = observe(scanned, baseline, context.recorded);
  const identify = (silence: "closed" | "nothing") =>
    identifyHosts(baseline, observed.observations, { segment: baseline.segment, silence });
  const first = identify("closed");
  const vantage = trust({ context, baseline, looks: scanned.looks, observed, identified: first });
  // A scan that lost answers says by them neither that a host is gone nor that another one is there.
  const identified = vantage.state === "ok" ? first : identify("nothing");
  return buildView({ ...observed, context, baseline, vantage, identified });
}
