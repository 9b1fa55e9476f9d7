import { z } from "zod";
import { isServicePort } from "../../config/values.ts";
import type { Anomaly, Mute } from "../../domain/anomaly.ts";
import { ANOMALY_KINDS } from "../../domain/kinds/catalogue.ts";
import type { AuditEntry } from "../../domain/event.ts";
import { stableId } from "../../lib/hash.ts";
import { parseCidr } from "../../lib/ip.ts";
import { ok, type Result } from "../../lib/result.ts";
import { muteStep } from "../../score/life/operator.ts";
import type { OperationFailure } from "../failure.ts";
import { anomalyByPrefix } from "./find-anomaly.ts";
import type { Desk } from "./operation.ts";
import { commitChange, OPERATOR } from "./operator-commit.ts";

/** At least one of what it may silence; all that are given must fit. */
const SILENCED = {
  /** Id of an anomaly, or its first characters. */
  id: z.string().min(1).optional(),
  /** Address or CIDR. */
  host: z
    .string()
    .refine((text) => parseCidr(text) !== null, "an address or CIDR")
    .optional(),
  /** Like `8443/tcp`. */
  port: z.string().refine(isServicePort, "a port like 8443/tcp").optional(),
  kind: z.enum(ANOMALY_KINDS).optional(),
};

export const MUTE = z
  .strictObject({
    ...SILENCED,
    /** UTC ms. */
    until: z.int(),
    ...OPERATOR,
  })
  .refine(({ id, host, port, kind }) => [id, host, port, kind].some((one) => one !== undefined), {
    error: "one of id, host, port, kind is needed",
  });

/** As {@link Mute}. */
export const MUTED = z.object({
  id: z.string(),
  match: z.object({
    host: z.string().exactOptional(),
    port: z.string().exactOptional(),
    kind: z.enum(ANOMALY_KINDS).exactOptional(),
    anomaly: z.string().exactOptional(),
    segment: z.string().exactOptional(),
  }),
  reason: z.string(),
  until: z.number(),
  by: z.string(),
  origin: z.string(),
});

type MuteWish = z.infer<typeof MUTE>;

/** No alert until a moment, with a reason and an owner. */
export async function mute(desk: Desk, wish: MuteWish): Promise<Result<Mute, OperationFailure>> {
  const anomaly = wish.id === undefined ? ok(null) : await anomalyByPrefix(desk, wish.id);
  if (!anomaly.ok) return anomaly;
  const made = muteOf(wish, anomaly.value);
  await commitChange(desk, wish, {
    kind: "mute-added",
    object: "mute",
    until: made.until,
    anomaly: anomaly.value,
    step: stepOf(made, anomaly.value),
    rows: { addMutes: [made] },
  });
  return ok(made);
}

export function muteOf({ host, port, kind, until, by, reason }: Omit<MuteWish, "id">, anomaly: Anomaly | null): Mute {
  const match = {
    ...(anomaly === null ? {} : { anomaly: anomaly.id }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(kind === undefined ? {} : { kind }),
  };
  const id = stableId("mute", JSON.stringify(match), by, reason, String(until));
  return { id, match, reason, until, by, origin: "cli" };
}

function stepOf(made: Mute, anomaly: Anomaly | null) {
  return anomaly === null ? null : (audit: AuditEntry) => muteStep(anomaly, made, audit.at);
}
