import { z } from "zod";
import { severity, transport } from "./common.ts";
import { listOf, numberOrNull, textOrNull, texts } from "./json.ts";

const tool = z.string();
const confidence = z.enum(["exact", "inferred", "unresolved"]);
const intent = z.enum(["must-open", "may-open", "must-not-be-open"]);

const source = z.strictObject({
  file: z.string(),
  line: numberOrNull,
  column: numberOrNull,
  format: z.string(),
  digest: z.string(),
  readAt: z.number(),
  stale: z.boolean(),
});

const declaration = z.strictObject({
  id: z.string(),
  kind: z.enum(["service", "permission", "host", "route"]),
  action: z.enum(["allow", "deny"]),
  layer: z.enum(["inventory", "none"]),
  target: z.strictObject({ addresses: texts, cidrs: texts, hostnames: texts }),
  transport: z.union([transport, z.literal("any")]),
  portFrom: z.number(),
  portTo: z.number(),
  anyPort: z.boolean(),
  scope: texts,
  app: z.strictObject({ protocol: textOrNull, tls: z.boolean().nullable() }),
  owner: z.strictObject({ tool, address: z.string(), name: textOrNull }),
  sources: listOf(source),
  expires: numberOrNull,
  confidence,
  reasons: texts,
});

const sourceState = z.enum(["read", "stale", "unreadable"]);

const declaredSource = z.strictObject({
  file: z.string(),
  tool,
  state: sourceState,
  entries: z.number(),
  digest: textOrNull,
  readAt: numberOrNull,
  completeFor: texts,
  notes: texts,
});

const hostsOfSource = listOf(z.strictObject({ file: z.string(), hosts: texts }));

/** Stores of 0.1.0 have no `firstLook`: what they hold was evaluated. */
export const evaluatedState = z.strictObject({
  declarations: listOf(declaration),
  sources: listOf(declaredSource),
  firstLook: z
    .strictObject({
      looks: z.number(),
      compared: hostsOfSource,
      unmeasured: hostsOfSource,
      missing: texts,
      told: listOf(z.strictObject({ file: z.string(), state: sourceState })),
    })
    .exactOptional(),
});

const verdict = z.enum([
  "undeclared-open-port",
  "undeclared-host",
  "expected-endpoint-down",
  "expected-endpoint-blocked",
  "port-moved",
  "service-mismatch",
  "as-declared",
  "unclaimed",
  "unknown",
  "untested",
]);

export const declaredView = z.strictObject({
  verdict,
  severity: severity.nullable(),
  intent: intent.nullable(),
  confidence: confidence.nullable(),
  tool: tool.nullable(),
  address: textOrNull,
  source: source.nullable(),
  expected: z
    .strictObject({ ip: textOrNull, port: numberOrNull, transport: textOrNull, service: textOrNull, scope: texts })
    .nullable(),
  proposal: z.strictObject({ adopt: z.string(), revert: z.string() }).nullable(),
  firstEvaluation: z.boolean(),
});
