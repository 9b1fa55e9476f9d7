import { z } from "zod";
import type { Anomaly } from "../../domain/anomaly.ts";
import type { Result } from "../../lib/result.ts";
import { muteStep } from "../../score/life/operator.ts";
import type { OperationFailure } from "../failure.ts";
import { changeMany, lacksOperator, MANY, type Matched } from "./many.ts";
import { muteOf } from "./mute.ts";
import type { Desk } from "./operation.ts";
import type { Change, Operator } from "./operator-commit.ts";

export const MUTE_MANY = z
  .strictObject({ ...MANY, /** UTC ms. */ until: z.int() })
  .refine((wish) => !lacksOperator(wish), { error: "by and reason are needed" });

/** Mutes each anomaly that a filter means now; what comes later is not muted. */
export function muteMany(desk: Desk, wish: z.infer<typeof MUTE_MANY>): Promise<Result<Matched, OperationFailure>> {
  return changeMany(desk, wish, {
    changes: (anomalies, operator) =>
      Promise.resolve(anomalies.map((anomaly) => changeOf(anomaly, { ...operator, until: wish.until }))),
  });
}

function changeOf(anomaly: Anomaly, wish: Operator & { readonly until: number }): Change {
  const made = muteOf(wish, anomaly);
  return {
    kind: "mute-added",
    object: "mute",
    until: made.until,
    anomaly,
    step: (audit) => muteStep(anomaly, made, audit.at),
    rows: { addMutes: [made] },
  };
}
