import { z } from "zod";
import type { Anomaly } from "../../domain/anomaly.ts";
import type { AuditEntry } from "../../domain/event.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { unmuteStep } from "../../score/life/operator.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "./operation.ts";
import { commitChange, type Operator, OPERATOR } from "./operator-commit.ts";

export const UNMUTE = z.strictObject({
  /** Of the mute, or its first characters. */
  id: z.string().min(1),
  ...OPERATOR,
});

export const UNMUTED = z.object({ id: z.string() });

/** Ends a mute that an operator made; those of the configuration end in the file. */
export async function unmute(
  desk: Desk,
  { id, ...operator }: z.infer<typeof UNMUTE>,
): Promise<Result<{ readonly id: string }, OperationFailure>> {
  const { store } = desk;
  const mute = (await store.cycles.loadMutes()).find((one) => one.id.startsWith(id));
  if (mute === undefined) return err(noSuchMute(id));
  const anomaly = mute.match.anomaly === undefined ? null : await store.history.anomaly(mute.match.anomaly);
  await commitChange(desk, operator, {
    kind: "mute-removed",
    object: "mute",
    anomaly,
    step: stepOf(anomaly, operator),
    rows: { removeMutes: [mute.id] },
  });
  return ok({ id: mute.id });
}

function stepOf(anomaly: Anomaly | null, operator: Operator) {
  if (anomaly === null || anomaly.state !== "muted") return null;
  return (audit: AuditEntry) => unmuteStep(anomaly, { ...operator, at: audit.at });
}

function noSuchMute(id: string): OperationFailure {
  return {
    code: "TL602",
    exit: 2,
    what: `no mute added by a command has the id "${id}"`,
    effect: "Nothing was changed.",
    fix: "See tripline mute list; remove a mute of the configuration in the file.",
  };
}
