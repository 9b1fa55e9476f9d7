import { z } from "zod";
import type { Anomaly } from "../../domain/anomaly.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { Result } from "../../lib/result.ts";
import type { OperatorAct } from "../../score/life/operator.ts";
import { contradictions } from "../../score/life/contradict.ts";
import type { OperationFailure } from "../failure.ts";
import { acceptChange } from "./accept.ts";
import { changeMany, lacksOperator, MANY, type Matched } from "./many.ts";
import type { Desk } from "./operation.ts";
import type { Change } from "./operator-commit.ts";

export const ACCEPT_MANY = z.strictObject(MANY).refine((wish) => !lacksOperator(wish), {
  error: "by and reason are needed",
});

/** Accepts everything that a filter means, or nothing: each one on what the accepts before it made normal. */
export function acceptMany(desk: Desk, wish: z.infer<typeof ACCEPT_MANY>): Promise<Result<Matched, OperationFailure>> {
  return changeMany(desk, wish, {
    problem: (anomalies) => contradictory(anomalies),
    changes: async (anomalies, operator) => {
      const baseline = await desk.store.cycles.loadBaseline(desk.loaded.config.segment);
      return acceptChanges(baseline, anomalies, { ...operator, at: desk.runtime.clock.now() });
    },
  });
}

export function acceptChanges(
  baseline: SegmentBaseline,
  anomalies: readonly Anomaly[],
  act: OperatorAct,
): readonly Change[] {
  let now = baseline;
  return anomalies.map((anomaly) => {
    const change = acceptChange(now, anomaly, act);
    const hosts = change.rows.hosts.map((host) => [host.id, host] as const);
    now = { ...now, hosts: new Map([...now.hosts, ...hosts]) };
    return change;
  });
}

/** Pairs that are named; the rest is counted. */
const MOST_NAMED = 5;

export function contradictory(anomalies: readonly Anomaly[]): OperationFailure | null {
  const found = contradictions(anomalies);
  if (found.length === 0) return null;
  const named = found.slice(0, MOST_NAMED).map(({ ids: [one, other], why }) => {
    return `${one.slice(0, 8)} and ${other.slice(0, 8)}: one says ${why}`;
  });
  const more = found.length > MOST_NAMED ? [`and ${found.length - MOST_NAMED} more pairs`] : [];
  return {
    code: "TL471",
    exit: 2,
    what: `accepts that contradict each other: ${[...named, ...more].join("; ")}`,
    effect: "Nothing was changed.",
    fix: "Look at them with tripline explain ID, then accept one of each pair by its id, or narrow the filter.",
  };
}
