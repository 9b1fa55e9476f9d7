import { type Anomaly, type AnomalyStep, bandOf, type Score } from "../../domain/anomaly.ts";
import type { Severity } from "../../domain/declaration.ts";
import { formatDuration } from "../../lib/time.ts";
import type { ScoringRules } from "../weigh/rules.ts";
import { reasonCodes } from "../words/reason-codes.ts";
import { growth } from "./growth.ts";
import { makeStep } from "./step.ts";

const HOUR_MS = 3_600_000;
const BAND_ORDER: readonly Severity[] = ["low", "medium", "high", "critical"];

export interface Change {
  readonly stored: Anomaly;
  readonly at: number;
  readonly rules: ScoringRules;
  /** The score as it is now. */
  readonly score: Score;
  /** What else changed on it and is no news of its own. */
  readonly noted: string | undefined;
}

/** What is worth an event about an anomaly that is still there, or null. */
export function changeOf(next: Anomaly, { stored, at, rules, score, noted }: Change): AnomalyStep | null {
  const scored: Anomaly = { ...next, score, reasons: reasonCodes(next, score) };
  const previousScore = stored.score.value;
  const grown = growth(stored, scored, noted);
  if (BAND_ORDER.indexOf(bandOf(score.value)) > BAND_ORDER.indexOf(stored.score.band)) {
    const reason = grown === null ? "Its score rose into a higher band." : `Its evidence grew: it ${grown}.`;
    return makeStep(scored, { transition: "escalated", at, previousScore, reason });
  }
  if (grown !== null) {
    return makeStep(scored, {
      transition: "updated",
      at,
      previousScore,
      detail: grown,
      reason: `Its evidence grew: it ${grown}.`,
    });
  }
  if (Math.abs(score.value - previousScore) >= rules.life_cycle.score_step) {
    return makeStep(scored, { transition: "updated", at, previousScore, reason: "Its score moved." });
  }
  if (stored.state === "muted" || at - stored.lastEventAt < rules.life_cycle.repeat_hours * HOUR_MS) return null;
  const detail = `is still there after ${formatDuration(at - stored.firstSeen)}`;
  return makeStep(scored, { transition: "updated", at, previousScore, detail, reason: `Seen ${scored.count} times.` });
}
