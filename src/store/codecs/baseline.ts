import { z } from "zod";
import { fieldFamily } from "./common.ts";
import { listOf, mapOf, numberOrNull, textOrNull } from "./json.ts";

export const comparability = mapOf(fieldFamily, z.string());

export const segmentVantage = z.strictObject({
  state: z.enum(["ok", "degraded"]),
  sourceAddress: textOrNull,
  gatewayMac: textOrNull,
  srttMicros: numberOrNull,
  cycles: z.number(),
  asked: listOf(z.string()).exactOptional(),
});

export const classRates = mapOf(
  z.enum(["well-known", "registered", "nodeport", "ephemeral"]),
  z.strictObject({ opened: z.number(), trials: z.number() }),
);
