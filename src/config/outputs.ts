import { z } from "zod";
import { hostAndPort } from "./values.ts";

/** The keys under `outputs`: where events go. */

const backfill = z.boolean().default(false).describe("an output that is new starts at the oldest stored event");
const secret = z.string().min(1).meta({ title: "secret" });

const elasticsearch = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .meta({ title: "URL" })
      .describe("address of the cluster"),
    api_key: secret.optional().describe("API key, as `${file:PATH}` or `${env:NAME}`"),
    username: z.string().optional().describe("instead of an API key, with `password`"),
    password: secret.optional().describe("as `${file:PATH}` or `${env:NAME}`"),
    ca_file: z.string().meta({ title: "path" }).optional().describe("certificate of a private authority, PEM"),
    insecure_skip_verify: z.boolean().default(false).describe("do not check certificates; every health event says so"),
    backfill,
  })
  .describe("data streams `logs-tripline.*`; run `tripline setup elasticsearch` first");

const kafka = z
  .strictObject({
    brokers: z.array(hostAndPort).min(1).describe("brokers to begin with"),
    topic_prefix: z
      .string()
      .regex(/^[a-z0-9.]{1,100}$/, "a topic prefix has lower-case letters, digits and dots only")
      .default("tripline")
      .describe("topics are `<prefix>.anomaly`, `.scan`, `.observation`, `.audit`"),
    compression: z.enum(["none", "gzip"]).default("none").describe("of batches"),
    backfill,
  })
  .describe("run `tripline setup kafka` first");

const file = z
  .strictObject({
    path: z.string().min(1).meta({ title: "path" }).describe("file of newline-delimited JSON; rotated"),
    backfill,
  })
  .describe("without any output this is `events.ndjson` in the state directory");

export const outputs = z
  .strictObject({
    file: file.optional(),
    stdout: z.strictObject({ backfill }).optional().describe("one event per line on standard output"),
    kafka: kafka.optional(),
    elasticsearch: elasticsearch.optional(),
  })
  .default({});
