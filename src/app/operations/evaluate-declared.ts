import type { LoadedConfig } from "../../config/load.ts";
import { scopeTest } from "../../config/settings.ts";
import type { EvaluationCause } from "../../domain/evaluation.ts";
import { timeOrderedId } from "../../lib/ids.ts";
import { evaluateDeclared } from "../../pipeline/declared-change.ts";
import type { EvaluationReport } from "../../pipeline/evaluate.ts";
import { declaredReader } from "../declared-reader.ts";
import { evaluationTick } from "../tick.ts";
import { type OpenState, scoringRules, systemClock } from "../wiring.ts";

export interface DeclaredEvaluation {
  readonly loaded: LoadedConfig;
  readonly store: Pick<OpenState, "cycles" | "history">;
  readonly raw: boolean;
  readonly cause: EvaluationCause;
  readonly signal: AbortSignal;
}

/**
 * Holds the last scan against what is declared now, without another scan. The store is open for writing. Null when
 * nothing changed, or when there is no scan to compare with.
 */
export async function evaluateDeclarations(request: DeclaredEvaluation): Promise<EvaluationReport | null> {
  const { loaded, store, raw, cause, signal } = request;
  const clock = systemClock();
  const at = clock.now();
  const { vantage } = await store.cycles.loadBaseline(loaded.config.segment);
  const { context, policy } = evaluationTick(loaded, { sourceAddress: vantage.sourceAddress, raw });
  const change = { evaluation: { cause, id: timeOrderedId(at), at }, context, policy, inScope: scopeTest(loaded) };
  const deps = {
    store: store.cycles,
    history: store.history,
    readDeclared: declaredReader(loaded, clock),
    rules: scoringRules(),
  };
  return evaluateDeclared(change, deps, signal);
}
