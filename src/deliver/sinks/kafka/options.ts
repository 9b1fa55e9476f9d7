import { z } from "zod";
import { isPort } from "../../../config/values.ts";

/** `kafka-1:9092`. */
const hostAndPort = z
  .string()
  .refine((text) => /^[^\s:]+:\d+$/.test(text), "a broker is host:port")
  .refine((text) => isPort(text.split(":")[1] ?? "1"), "the port of a broker is 1 to 65535, for example kafka-1:9092")
  .meta({ title: "host:port", pattern: "^[^\\s:]+:\\d+$" });

export const options = z.strictObject({
  brokers: z.array(hostAndPort).min(1).describe("bootstrap brokers"),
  topic_prefix: z
    .string()
    .regex(/^[a-z0-9.]{1,100}$/, "a topic prefix has lower-case letters, digits and dots only")
    .default("tripline")
    .describe("topics are `<prefix>.anomaly`, `.scan`, `.observation`, `.audit`"),
  compression: z.enum(["none", "gzip"]).default("none").describe("of batches"),
});
