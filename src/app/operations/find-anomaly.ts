import type { Anomaly } from "../../domain/anomaly.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "./operation.ts";

/** The one anomaly whose id begins so. People copy eight characters, programs all 26. */
export async function anomalyByPrefix(
  { store, loaded }: Pick<Desk, "store" | "loaded">,
  prefix: string,
): Promise<Result<Anomaly, OperationFailure>> {
  const exact = await store.history.anomaly(prefix);
  if (exact !== null) return ok(exact);
  const all = await store.history.anomalies({ segment: loaded.config.segment, states: null, since: null });
  const matches = all.filter((anomaly) => anomaly.id.startsWith(prefix));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return ok(only);
  const what =
    matches.length === 0 ? `no anomaly has the id "${prefix}"` : `${matches.length} anomalies begin with "${prefix}"`;
  const fix =
    matches.length === 0 ? "List them with tripline anomalies list --all." : "Give more characters of the id.";
  return err({ code: "TL601", exit: 2, what, effect: "Nothing was changed.", fix });
}
