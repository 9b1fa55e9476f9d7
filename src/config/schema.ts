import { z } from "zod";
import { ANOMALY_KINDS } from "../domain/kinds/catalogue.ts";
import { HOST_ROLES } from "../domain/role.ts";
import { kibanaSchema } from "./kibana.ts";
import { declaredSchema } from "./declared-entries.ts";
import {
  AT_LEAST,
  EVERY,
  FORGET_AFTER,
  KEEP_RAW,
  MAX_RAW,
  MAX_SIZE,
  REFRESH_HOSTS,
  REFRESH_SERVICES,
} from "./limits.ts";
import { outputsSchema } from "./outputs.ts";
import type { ConfigParts } from "./parts.ts";
import { weeklyWindow } from "./weekly-window.ts";
import {
  byteSize,
  cron,
  day,
  docsBase,
  duration,
  durationOrOff,
  excluded,
  listenAddress,
  namespace,
  ports,
  scanTarget,
  segmentName,
  servicePort,
  target,
  timeZone,
} from "./values.ts";

const mute = z.strictObject({
  match: z
    .strictObject({
      host: target.optional().describe("address or network"),
      port: servicePort.optional().describe("such as `8443/tcp`"),
      kind: z.enum(ANOMALY_KINDS).optional().describe("kind of anomaly"),
      anomaly: z.string().optional().describe("id of one anomaly"),
      segment: segmentName.optional().describe("name of a segment"),
    })
    .refine(
      (match) => Object.keys(match).length > 0,
      "match must name at least one of host, port, kind, anomaly, segment",
    ),
  reason: z.string().min(1, "a mute needs a reason").describe("why"),
  until: day.describe("when it ends; at most one year ahead"),
  by: z.string().min(1, "a mute needs the name of who asked for it").describe("who asked for it"),
});

const profile = z.strictObject({
  schedule: cron.optional().describe("cron line, in the time zone of the machine"),
  every: duration(EVERY).optional().describe("instead of `schedule`: a fixed period"),
});

const tagging = z.strictObject({
  match: target.describe("address or network"),
  tags: z.array(z.string().max(64)).min(1).describe("tags of these hosts"),
});

const roles = z.strictObject({
  match: target.describe("address or network"),
  role: z.enum([...HOST_ROLES, "unknown"]).describe("what these hosts are for"),
});

const maintenance = z.strictObject({
  match: target.optional().describe("address or network; without `match` and `tag` it is for all hosts"),
  tag: z.string().min(1).optional().describe("hosts with this tag"),
  windows: z.array(weeklyWindow).min(1).describe("such as `Sat 02:00-05:00`, in the time zone of the machine"),
});

const SCANS =
  "1 to 10000 scans: with 0, everything would alert at once; with more, learning would never end; for example 20";
const SCORE = "a score is 0 to 100; for example 48";

/** Holds the place of what another room defines. */
const PART = z.unknown();

const KEYS = {
  segment: segmentName.describe("name of this network segment, in every event"),
  targets: z.array(scanTarget).min(1).describe("what may be scanned; nothing widens this scope"),
  exclude: z.array(excluded).default([]).describe("never touched, not even pinged"),
  schedule: cron.optional().describe("cron line of the `ports` profile; by default, every 30 minutes"),
  every: duration(EVERY).optional().describe("instead of `schedule`: a fixed period"),
  profiles: z
    .strictObject({
      ports: profile.optional().describe("open ports, services, verification of changes"),
      deep: profile.optional().describe("the same, with everything fingerprinted again; runs only when scheduled"),
    })
    .default({}),
  ports: ports.default("top-1000").describe("TCP ports of every host: the most frequent ones, or a list with ranges"),
  pace: z
    .enum(["polite", "normal", "fast"])
    .default("polite")
    .describe("at most 500 or 5,000 packets a second, or no cap"),
  controlled: z.boolean().default(false).describe("nobody else uses this network; allows `pace: fast`"),
  fragile: z.array(target).default([]).describe("port states only; no version probes, no scripts"),
  os_detection: z.boolean().default(true).describe("fingerprint operating systems where raw sockets allow it"),
  namespace: namespace.default("default").describe("last part of the data stream names: customer or environment"),
  vantage: z
    .strictObject({
      name: segmentName.optional().describe("name of the place that scans; by default, the segment"),
      closed: z.boolean().default(false).describe("strangers in this segment are rogue"),
      seen_as: z.array(target).default([]).describe("our address as the targets see it, behind address translation"),
    })
    .prefault({}),
  baseline: z
    .strictObject({
      learn: z
        .strictObject({
          scans: z
            .number()
            .int()
            .min(1, SCANS)
            .max(10_000, SCANS)
            .default(20)
            .describe("scans that are learned from without alerting"),
          at_least: duration(AT_LEAST).prefault("3d").describe("and the minimum time for learning"),
          safe: z
            .array(weeklyWindow)
            .default([])
            .describe("only scans in these windows, such as `Sat 02:00-05:00`, teach something new; none: all do"),
        })
        .prefault({}),
      forget_after: duration(FORGET_AFTER)
        .prefault("30d")
        .describe("what lasts so long becomes normal by itself; what was not seen for so long is forgotten"),
    })
    .prefault({}),
  observations: z
    .strictObject({
      refresh: durationOrOff(REFRESH_HOSTS)
        .prefault("24h")
        .describe("how often an unchanged host is reported again, with all that is open on it"),
      refresh_services: durationOrOff(REFRESH_SERVICES)
        .prefault("30d")
        .describe("the same for each of its services with all details; as often as `refresh`, it is much more to send"),
    })
    .prefault({}),
  score: z
    .strictObject({
      alert_at: z
        .number()
        .int()
        .min(0, SCORE)
        .max(100, SCORE)
        .default(48)
        .describe("score from which an anomaly is an alert"),
    })
    .prefault({}),
  mutes: z.array(mute).default([]).describe("do not alert until a date"),
  maintenance: z
    .array(maintenance)
    .default([])
    .describe("news inside is informational, and judged again when the window ends"),
  changes: z
    .strictObject({
      dir: z
        .string()
        .min(1)
        .meta({ title: "path" })
        .optional()
        .describe("folder in which a pipeline announces changes, one YAML or JSON file each"),
    })
    .prefault({}),
  declared: PART,
  labels: z
    .record(z.string().regex(/^[a-z0-9_]{1,64}$/, "a label key has a-z, 0-9 and _ only"), z.string().max(256))
    .default({})
    .describe("`labels.*` of every event"),
  tags: z.array(tagging).default([]).describe("tags on hosts, such as `crown-jewel`, which raises the score"),
  roles: z
    .array(roles)
    .default([])
    .describe("what hosts are for, where it is not what they look like; the first match counts"),
  time_zone: timeZone
    .optional()
    .describe("whose working days the hosts keep; by default, the zone of the machine, for recorded scans UTC"),
  outputs: PART,
  kibana: kibanaSchema
    .optional()
    .describe("where `tripline setup kibana` installs dashboards; the agent does not use it"),
  store: z
    .strictObject({
      max_size: byteSize(MAX_SIZE).prefault("1GiB").describe("of the database; takes effect after a restart"),
      keep_raw: duration(KEEP_RAW).prefault("30d").describe("how long archived scans can be replayed"),
      max_raw: byteSize(MAX_RAW).prefault("2GiB").describe("of the archive; the oldest files are removed first"),
    })
    .prefault({}),
  web: z
    .strictObject({
      listen: listenAddress
        .default("127.0.0.1:7420")
        .describe("address of /healthz and /metrics; loopback only; takes effect after a restart"),
    })
    .prefault({}),
  docs_base: docsBase
    .optional()
    .describe("where the files of this repository can be read; makes `event.reference` an address instead of a path"),
  public_url: z.url().meta({ title: "URL" }).optional().describe("address of this agent's web page, for `event.url`"),
  nmap: z
    .strictObject({
      path: z.string().meta({ title: "path" }).default("nmap").describe("the program, a path or a name"),
    })
    .prefault({}),
};

/** The whole configuration, strict: an unknown key is an error. `segment` and `targets` are enough. */
export function configSchema(parts: ConfigParts) {
  const { readers, outputs } = parts;
  return z.strictObject({ ...KEYS, declared: declaredSchema(readers), outputs: outputsSchema(outputs) });
}

/** After validation: durations in ms, sizes in bytes, every default in place. */
export type Config = z.infer<ReturnType<typeof configSchema>>;
