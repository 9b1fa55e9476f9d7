import type { Anomaly, Mute } from "../../domain/anomaly.ts";
import { hostRoles } from "../../config/settings.ts";
import { ok, type Result } from "../../lib/result.ts";
import { PEER_DAYS, type PeersInput } from "../../report/model/explain/peers.ts";
import { explain, type Explanation } from "../../report/model/explanation.ts";
import { muteFor } from "../../score/life/mutes.ts";
import { knownText } from "../../score/words/reason.ts";
import type { OperationFailure } from "../failure.ts";
import { anomalyOrMember } from "./find-anomaly.ts";
import type { Desk } from "./operation.ts";

interface ExplainOptions extends PeersInput {
  readonly alertAt: number;
  readonly mutes: readonly Mute[];
  readonly now: number;
  readonly forgetMs: number;
  /** What stands for it and others. */
  readonly memberOf?: Anomaly | null;
}

/** `tripline explain`: an anomaly with what the baseline knows about it and its peers, and the mute that holds it now. */
export function explainAnomaly(anomaly: Anomaly, options: ExplainOptions): Explanation {
  const mute = muteFor(anomaly, options.mutes, options.now);
  return explain(anomaly, { ...options, memberOf: options.memberOf ?? null, mute, known: knownText(anomaly) });
}

const DAY_MS = 86_400_000;

/** The same for an anomaly of the state, by its id or the first characters of it. */
export async function explainStored(
  desk: Desk,
  { id }: { readonly id: string },
): Promise<Result<Explanation, OperationFailure>> {
  const found = await anomalyOrMember(desk, id);
  if (!found.ok) return found;
  const { store, loaded, runtime } = desk;
  const { anomaly, memberOf } = found.value;
  const { segment, firstSeen } = anomaly;
  const now = runtime.clock.now();
  const since = Math.min(now, firstSeen) - PEER_DAYS * DAY_MS;
  return ok(
    explainAnomaly(anomaly, {
      memberOf,
      alertAt: loaded.config.score.alert_at,
      mutes: await store.cycles.loadMutes(),
      now,
      forgetMs: loaded.config.baseline.forget_after,
      baseline: await store.cycles.loadBaseline(segment),
      roles: hostRoles(loaded),
      others: await store.history.anomalies({ segment, states: null, since }),
    }),
  );
}
