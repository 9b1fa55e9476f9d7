import type { Anomaly, Mute } from "../../domain/anomaly.ts";
import { explain, type Explanation } from "../../report/model/explanation.ts";
import { muteFor } from "../../score/life/mutes.ts";
import { knownText } from "../../score/words/reason.ts";
import { RUNBOOK } from "../../score/words/runbook.ts";
import { scoringRules } from "../wiring.ts";

/** `tripline explain`: an anomaly with the words of its kind, the rules of its score and the mute that holds it now. */
export function explainAnomaly(
  anomaly: Anomaly,
  options: { readonly alertAt: number; readonly mutes: readonly Mute[]; readonly now: number },
): Explanation {
  const rule = scoringRules().kinds[anomaly.kind];
  const { mayBe } = RUNBOOK[anomaly.kind];
  const { check } = RUNBOOK[anomaly.group?.kind ?? anomaly.kind];
  return explain(anomaly, {
    alertAt: options.alertAt,
    mute: muteFor(anomaly, options.mutes, options.now),
    known: knownText(anomaly),
    book: { mayBe, check },
    rarity: { byClass: rule.rate === "class", share: rule.rarity_share ?? null },
  });
}
