import type { Anomaly, Mute } from "../../domain/anomaly.ts";
import { ok, type Result } from "../../lib/result.ts";
import { explain, type Explanation } from "../../report/model/explanation.ts";
import { muteFor } from "../../score/life/mutes.ts";
import { knownText } from "../../score/words/reason.ts";
import type { OperationFailure } from "../failure.ts";
import { anomalyByPrefix } from "./find-anomaly.ts";
import type { Desk } from "./operation.ts";

/** `tripline explain`: an anomaly with what the baseline knew about it and the mute that holds it now. */
export function explainAnomaly(
  anomaly: Anomaly,
  options: { readonly alertAt: number; readonly mutes: readonly Mute[]; readonly now: number },
): Explanation {
  const mute = muteFor(anomaly, options.mutes, options.now);
  return explain(anomaly, { alertAt: options.alertAt, mute, known: knownText(anomaly) });
}

/** The same for an anomaly of the state, by its id or the first characters of it. */
export async function explainStored(
  desk: Desk,
  { id }: { readonly id: string },
): Promise<Result<Explanation, OperationFailure>> {
  const anomaly = await anomalyByPrefix(desk, id);
  if (!anomaly.ok) return anomaly;
  const mutes = await desk.store.cycles.loadMutes();
  const { alert_at: alertAt } = desk.loaded.config.score;
  return ok(explainAnomaly(anomaly.value, { alertAt, mutes, now: desk.runtime.clock.now() }));
}
