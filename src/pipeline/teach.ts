import { acceptNews } from "../baseline/accept.ts";
import { learn, type Lesson } from "../baseline/learn.ts";
import type { CycleDrift } from "../declared/compare/cycle-drift.ts";
import type { Alerted } from "../domain/alerted.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";

interface Teaching {
  readonly drift: Pick<CycleDrift, "expected">;
  /** News that was announced: normal from now on. */
  readonly planned: readonly Deviation[];
  /** What is an alert that nobody accepted. */
  readonly alerted: Alerted;
  /** False: the baseline stays as it is. */
  readonly learn: boolean;
}

/** What a cycle teaches: what was measured, what is declared, and what was announced. */
export function teach(view: CycleView, { drift, planned, alerted, learn: may }: Teaching): Lesson {
  if (!may) return { baseline: view.baseline, touched: new Set(), learningChanges: 0 };
  const lesson = learn(view, { declared: drift.expected, alerted });
  if (!isTeaching(view)) return lesson;
  const { baseline, touched } = acceptNews(lesson.baseline, planned);
  return { ...lesson, baseline, touched: new Set([...lesson.touched, ...touched]) };
}

/** A degraded or failed cycle teaches nothing: its news waits for the next one. */
function isTeaching({ vantage, summary }: CycleView): boolean {
  return vantage.state !== "degraded" && summary.completeness !== "failed";
}
