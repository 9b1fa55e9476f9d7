import { err, ok, type Result } from "../../lib/result.ts";
import { openState, type OpenState } from "../wiring.ts";
import type { OperationFailure } from "../failure.ts";

/** Opens the state, does the work, closes it whatever happens. Reading works while an agent runs, writing is refused. */
export async function withState<T>(
  at: { readonly directory: string; readonly access: "read" | "write" },
  work: (store: OpenState) => Promise<Result<T, OperationFailure>>,
): Promise<Result<T, OperationFailure>> {
  const opened = openState(at.directory, at.access);
  if (!opened.ok) return err(opened.error);
  try {
    return await work(opened.value);
  } finally {
    opened.value.close();
  }
}

/** The one anomaly whose id begins so. People copy eight characters, programs all 26. */
export async function anomalyByPrefix(store: OpenState, segment: string, prefix: string) {
  const exact = await store.history.anomaly(prefix);
  if (exact !== null) return ok(exact);
  const all = await store.history.anomalies({ segment, states: null, since: null });
  const matches = all.filter((anomaly) => anomaly.id.startsWith(prefix));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return ok(only);
  const what =
    matches.length === 0 ? `no anomaly has the id "${prefix}"` : `${matches.length} anomalies begin with "${prefix}"`;
  const fix =
    matches.length === 0 ? "List them with tripline anomalies list --all." : "Give more characters of the id.";
  return err<OperationFailure>({ code: "TL601", exit: 2, what, effect: "Nothing was changed.", fix });
}
