import type { Anomaly, Mute } from "../../domain/anomaly.ts";
import { explain, type Explanation } from "../../report/model/explanation.ts";
import { muteFor } from "../../score/life/mutes.ts";
import { knownText } from "../../score/words/reason.ts";

/** `tripline explain`: an anomaly with what the baseline knew about it and the mute that holds it now. */
export function explainAnomaly(
  anomaly: Anomaly,
  options: { readonly alertAt: number; readonly mutes: readonly Mute[]; readonly now: number },
): Explanation {
  const mute = muteFor(anomaly, options.mutes, options.now);
  return explain(anomaly, { alertAt: options.alertAt, mute, known: knownText(anomaly) });
}
