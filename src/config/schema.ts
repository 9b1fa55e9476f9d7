import { z } from "zod";
import { ANOMALY_KINDS } from "../domain/kinds.ts";
import { byteSize, cron, day, duration, namespace, ports, scanTarget, segmentName, target } from "./values.ts";

/** The whole configuration, strict: an unknown key is an error. `segment` and `targets` alone suffice. */

const secret = z.string().min(1);

const elasticsearch = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  api_key: secret.optional(),
  username: z.string().optional(),
  password: secret.optional(),
  ca_file: z.string().optional(),
  insecure_skip_verify: z.boolean().default(false),
  backfill: z.boolean().default(false),
});

const kafka = z.strictObject({
  brokers: z.array(z.string().regex(/^[^\s:]+:\d{1,5}$/, "a broker is host:port")).min(1),
  topic_prefix: z
    .string()
    .regex(/^[a-z0-9.]{1,100}$/, "a topic prefix has lower-case letters, digits and dots only")
    .default("tripline"),
  compression: z.enum(["none", "gzip"]).default("none"),
  backfill: z.boolean().default(false),
});

const outputs = z.strictObject({
  file: z.strictObject({ path: z.string().min(1), backfill: z.boolean().default(false) }).optional(),
  stdout: z.strictObject({ backfill: z.boolean().default(false) }).optional(),
  kafka: kafka.optional(),
  elasticsearch: elasticsearch.optional(),
});

const inventorySource = z.strictObject({
  inventory: z.string().min(1),
  complete_for: z.array(target).default([]),
  max_age: duration.optional(),
});

const mute = z.strictObject({
  match: z
    .strictObject({
      host: target.optional(),
      port: z
        .string()
        .regex(/^\d{1,5}\/(tcp|udp|sctp)$/, "a port to mute looks like 8443/tcp")
        .optional(),
      kind: z.enum(ANOMALY_KINDS).optional(),
      anomaly: z.string().optional(),
      segment: segmentName.optional(),
    })
    .refine(
      (match) => Object.keys(match).length > 0,
      "match must name at least one of host, port, kind, anomaly, segment",
    ),
  reason: z.string().min(1, "a mute needs a reason"),
  until: day,
  by: z.string().min(1, "a mute needs the name of who asked for it"),
});

const profile = z.strictObject({ schedule: cron.optional(), every: duration.optional() });

export const configSchema = z.strictObject({
  segment: segmentName.describe("name of this network segment, in every event"),
  targets: z.array(scanTarget).min(1).describe("what may be scanned: the scope, nothing widens it"),
  exclude: z.array(scanTarget).default([]).describe("never touched, not even pinged"),
  schedule: cron.optional().describe("cron line of the ports profile; default every 30 minutes"),
  every: duration.optional().describe("instead of schedule: a fixed period such as 30m"),
  profiles: z.strictObject({ ports: profile.optional(), deep: profile.optional() }).default({}),
  ports: ports.default("top-1000").describe('"top-1000", or a list with ranges'),
  pace: z.enum(["polite", "normal", "fast"]).default("polite"),
  controlled: z.boolean().default(false).describe("allows pace: fast"),
  fragile: z.array(target).default([]).describe("discovery and SYN only; no version probes, no scripts"),
  os_detection: z.boolean().default(true).describe("fingerprint operating systems where nmap can"),
  namespace: namespace.default("default"),
  vantage: z
    .strictObject({
      name: segmentName.optional(),
      closed: z.boolean().default(false),
      seen_as: z.array(target).default([]),
    })
    .prefault({}),
  baseline: z
    .strictObject({
      learn: z
        .strictObject({ scans: z.number().int().min(1).default(20), at_least: duration.prefault("3d") })
        .prefault({}),
    })
    .prefault({}),
  score: z.strictObject({ alert_at: z.number().int().min(0).max(100).default(48) }).prefault({}),
  mutes: z.array(mute).default([]),
  declared: z.array(inventorySource).default([]),
  labels: z
    .record(z.string().regex(/^[a-z0-9_]{1,64}$/, "a label key has a-z, 0-9 and _ only"), z.string().max(256))
    .default({}),
  tags: z
    .array(z.strictObject({ match: target, tags: z.array(z.string().max(64)).min(1) }))
    .default([])
    .describe("tags on hosts, e.g. crown-jewel"),
  outputs: outputs.default({}),
  store: z
    .strictObject({
      max_size: byteSize.prefault("1GiB"),
      keep_raw: duration.prefault("30d"),
      max_raw: byteSize.prefault("2GiB"),
    })
    .prefault({}),
  web: z.strictObject({ listen: z.string().default("127.0.0.1:7420") }).prefault({}),
  public_url: z.url().optional().describe("address of this agent's web page, for event.url"),
  nmap: z.strictObject({ path: z.string().default("nmap") }).prefault({}),
});

/** After validation: durations in ms, sizes in bytes, every default in place. */
export type Config = z.infer<typeof configSchema>;

/** JSON Schema (draft 2020-12) of what may be written in the file. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" });
}
