import { z } from "zod";
import { VERDICTS } from "../../domain/anomaly.ts";
import { ANOMALY_KINDS } from "../../domain/kinds/catalogue.ts";
import { AUDIT_KINDS } from "../../domain/kinds/audit.ts";
import { completeness, fieldFamily, runProblem, technique } from "./common.ts";
import { listOf, mapOf, numberOrNull, textOrNull, texts } from "./json.ts";

export const cycleState = z.enum(["running", "done", "partial", "failed", "degraded", "interrupted"]);

export const scanSummary = z.strictObject({
  completeness,
  problems: listOf(runProblem),
  reason: textOrNull,
  method: technique,
  nmapVersion: textOrNull,
  coverage: z.number(),
  hosts: z.strictObject({ planned: z.number(), up: z.number(), partial: z.number(), unmeasured: z.number() }),
  ports: z.strictObject({ probed: z.number(), open: z.number() }),
  scriptErrors: texts,
  comparability: mapOf(fieldFamily, z.string()),
  raw: z.strictObject({ ref: z.string(), sha256: textOrNull, bytes: z.number() }).nullable(),
  outOfScope: z.number(),
  narrowed: z.boolean().default(false),
});

export const auditEntry = z.strictObject({
  id: z.string(),
  kind: z.enum(AUDIT_KINDS),
  at: z.number(),
  by: z.string(),
  via: z.enum(["cli", "api", "web", "config", "timer", "control"]),
  uid: z.number().exactOptional(),
  object: z.string(),
  reason: z.string(),
  until: numberOrNull,
  before: textOrNull,
  after: textOrNull,
  anomalyId: textOrNull,
  verdict: z.strictObject({ as: z.enum(VERDICTS), kind: z.enum(ANOMALY_KINDS) }).exactOptional(),
});
