import type { Anomaly } from "./anomaly.ts";
import { CATALOGUE } from "./kinds/catalogue.ts";
import type { KindRow } from "./kinds/row.ts";

type Maker = KindRow["madeBy"];

/**
 * Why anomalies are judged, and which: an evaluation opens, moves and ends only what its cause can see, so that what
 * a scan found never ends because a file changed, nor the other way round. A new cause is one row.
 */
const CAUSES = {
  cycle: ["detector", "join", "group", "declarations"],
  "declarations-changed": ["declarations"],
  "gateway-probe": [],
  "listener-touched": [],
  operator: ["declarations"],
} as const satisfies Readonly<Record<string, readonly Maker[]>>;

export type EvaluationCause = keyof typeof CAUSES;

/** One occasion on which a segment is judged. Id and time are inputs: the same ones give the same events. */
export interface Evaluation {
  readonly cause: EvaluationCause;
  /** Of a cycle: the id of the cycle. */
  readonly id: string;
  /** UTC ms. */
  readonly at: number;
}

/** Whether an evaluation of this cause may open, move or end such an anomaly. A group is judged as its members are. */
export function isJudgedBy(cause: EvaluationCause, { kind, group }: Pick<Anomaly, "kind" | "group">): boolean {
  const makers: readonly Maker[] = CAUSES[cause];
  return makers.includes(CATALOGUE[group?.kind ?? kind].madeBy);
}
