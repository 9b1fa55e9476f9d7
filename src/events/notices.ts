import type { SegmentBaseline } from "../domain/baseline.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { DeclaredState, EvaluatedState } from "../domain/declaration.ts";
import type { HealthNotice } from "../domain/event.ts";

/**
 * Health notices of the sensor after a cycle that leaves the baseline as `learned`; the scan event itself
 * carries completeness.
 */
export function cycleNotices(view: CycleView, learned: SegmentBaseline): readonly HealthNotice[] {
  return [...vantage(view), ...relearned(view, learned), ...scripts(view)];
}

/** One event when it begins, one when it ends, and between them one when a middlebox comes that was not there before. */
function vantage(view: CycleView): HealthNotice[] {
  const { state: before, intercepted: wasIntercepted = before === "degraded" } = view.baseline.vantage;
  const { state, reason, problems } = view.vantage;
  const { name } = view.context.vantage;
  if (state === "degraded" && !wasIntercepted && problems.includes("path-intercepted")) {
    const message = `A middlebox answers for the hosts of segment ${view.baseline.segment}; vantage ${name} judges nothing through it.`;
    return [{ kind: "path-intercepted", subject: null, message, reason, code: "TL210", outcome: "unknown" }];
  }
  if (state === "degraded" && before === "ok") {
    const message = `Vantage ${name} is degraded (${problems.join(", ")}); absence is not judged.`;
    return [{ kind: "vantage-degraded", subject: null, message, reason, code: "TL210", outcome: "unknown" }];
  }
  if (state === "ok" && before === "degraded" && view.summary.completeness !== "failed") {
    const message = `Vantage ${name} has recovered; absence is judged again.`;
    return [{ kind: "vantage-recovered", subject: null, message, reason: null, code: null, outcome: "success" }];
  }
  return [];
}

/** Reported when the new way is adopted: a failed, partial or degraded cycle may look different and changes nothing. */
function relearned(view: CycleView, learned: SegmentBaseline): HealthNotice[] {
  const taken = [...view.relearned].filter((family) => {
    return learned.comparability.get(family) !== view.baseline.comparability.get(family);
  });
  if (taken.length === 0) return [];
  const families = taken.toSorted().join(", ");
  const message = `The scan method changed (${families}); these fields are relearned in segment ${view.context.vantage.segment}.`;
  return [{ kind: "rebaselined", subject: null, message, reason: null, code: null, outcome: "success" }];
}

function scripts(view: CycleView): HealthNotice[] {
  return [...new Set(view.summary.scriptErrors)].toSorted().map((script) => ({
    kind: "script-failed",
    subject: script,
    message: `Script ${script} failed; its facts are not observed.`,
    reason: null,
    code: "TL211",
    outcome: "failure",
  }));
}

/** Reported when a source breaks, not in every cycle in which it is still broken. */
export function sourceNotices(before: EvaluatedState | null, now: DeclaredState | null): readonly HealthNotice[] {
  const told = [...(before?.sources ?? []), ...(before?.firstLook?.told ?? [])];
  const known = new Map(told.map((source) => [source.file, source.state]));
  const bad = now?.sources.filter((source) => source.state !== "read" && known.get(source.file) !== source.state) ?? [];
  return bad.map((source) => ({
    kind: "source-stale",
    subject: source.file,
    message: `Declarations from ${source.file} could not be read; the last good ones stay in effect.`,
    reason: source.notes[0] ?? null,
    code: "TL220",
    outcome: "failure",
  }));
}

/** The notice form of a cycle that was not complete, for people and the CLI; the event is the scan event. */
export function completenessNotice(view: CycleView): HealthNotice | null {
  const { completeness, reason } = view.summary;
  if (completeness === "complete") return null;
  const kind = completeness === "partial" ? "scan-partial" : "scan-failed";
  const message = `Scan ${view.context.profile} from ${view.context.vantage.name} is ${completeness}; nothing was concluded from absence.`;
  return {
    kind,
    subject: null,
    message,
    reason,
    code: "TL203",
    outcome: completeness === "partial" ? "unknown" : "failure",
  };
}
