import { z } from "zod";
import { fieldFamily } from "./common.ts";
import { listOf, mapOf, numberOrNull, textOrNull } from "./json.ts";

export const comparability = mapOf(fieldFamily, z.string());

/**
 * Of the vantage, how long the segment was watched from it (a state of 0.1.0 did not count that), and the recorded periods
 * that were made safe.
 */
export const segmentVantage = z.strictObject({
  state: z.enum(["ok", "degraded"]),
  sourceAddress: textOrNull,
  gatewayMac: textOrNull,
  srttMicros: numberOrNull,
  cycles: z.number(),
  intercepted: z.boolean().exactOptional(),
  doubted: z.number().exactOptional(),
  asked: listOf(z.string()).exactOptional(),
  watchedMs: z.number().exactOptional(),
  marked: listOf(z.strictObject({ from: z.number(), until: z.number() })).exactOptional(),
});
