import { scopeTest } from "../../config/settings.ts";
import type { EvaluationCause } from "../../domain/evaluation.ts";
import { evaluateDeclared } from "../../pipeline/declared-change.ts";
import type { EvaluationReport } from "../../pipeline/evaluate.ts";
import { evaluationTick } from "../tick.ts";
import type { Desk } from "./operation.ts";

export interface DeclaredEvaluation {
  readonly cause: EvaluationCause;
  /** Whether scans have raw sockets here. */
  readonly raw: boolean;
  readonly signal: AbortSignal;
}

/**
 * Compares the last scan with what is declared now, without another scan. Null when nothing changed, or when there is
 * no scan to compare with.
 */
export async function evaluateDeclarations(
  { runtime, loaded, store }: Omit<Desk, "stateDirectory">,
  { cause, raw, signal }: DeclaredEvaluation,
): Promise<EvaluationReport | null> {
  const { clock, ids, hostname } = runtime;
  const { vantage } = await store.cycles.loadBaseline(loaded.config.segment);
  const { context, policy } = evaluationTick(loaded, { sourceAddress: vantage.sourceAddress, raw, hostname });
  const evaluation = { cause, id: ids.next(), at: clock.now() };
  const readDeclared = runtime.declared(loaded, clock);
  const deps = { store: store.cycles, history: store.history, readDeclared, rules: runtime.rules() };
  return evaluateDeclared({ evaluation, context, policy, inScope: scopeTest(loaded) }, deps, signal);
}
