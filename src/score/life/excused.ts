import type { Anomaly, AnomalyStep } from "../../domain/anomaly.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Excuse } from "../../domain/excuse.ts";
import { operatorReason } from "../words/reason.ts";
import { makeStep } from "./step.ts";

type ChangeExcuse = Extract<Excuse, { readonly kind: "change" }>;

/** The change that explains from now on what was reported before it was announced; null: nothing new does. */
export function explainedNow({ excuse: before }: Anomaly, { excuse }: Deviation): ChangeExcuse | null {
  if (excuse?.kind !== "change" || !excuse.learned) return null;
  return before?.kind === "change" ? null : excuse;
}

/** As an accept by whoever announced it: the value becomes the reference in the same commit. */
export function explained(anomaly: Anomaly, excuse: ChangeExcuse, at: number): AnomalyStep {
  const closed = { by: excuse.by, reason: "accepted" as const };
  const accepted: Anomaly = { ...anomaly, state: "accepted", closed, mute: null, excuse };
  const reason = operatorReason(excuse.by, `announced with ${excuse.ticket}`);
  return makeStep(accepted, { transition: "accepted", at, previousScore: anomaly.score.value, reason });
}

export function withoutExcuse(excused: Anomaly): Anomaly {
  const { excuse: _, ...anomaly } = excused;
  return { ...anomaly, reasons: anomaly.reasons.filter((code) => code !== "planned-change" && code !== "maintenance") };
}
