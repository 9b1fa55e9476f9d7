import { z } from "zod";
import type { FoundDeclaration, ReaderOutcome } from "./reader.ts";

const count = z.number().int().min(1);
const place = z.strictObject({ line: count, column: count });
const problem = z.strictObject({ line: count, column: count, message: z.string().min(1) });
const port = z.number().int().min(0).max(65_535);
const texts = z.array(z.string());

const found: z.ZodType<FoundDeclaration> = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(["service", "permission", "host", "route"]),
  action: z.enum(["allow", "deny"]),
  layer: z.enum(["inventory", "none"]),
  target: z.strictObject({ addresses: texts, cidrs: texts, hostnames: texts }),
  transport: z.enum(["tcp", "udp", "sctp", "any"]),
  portFrom: port,
  portTo: port,
  anyPort: z.boolean(),
  scope: texts,
  app: z.strictObject({ protocol: z.string().nullable(), tls: z.boolean().nullable() }),
  owner: z.strictObject({ tool: z.string(), address: z.string(), name: z.string().nullable() }),
  place: place.nullable(),
  expires: z.number().nullable(),
  confidence: z.enum(["exact", "inferred", "unresolved"]),
  reasons: texts,
});

/** What readers must return; anything else is refused. */
export const readerOutcome: z.ZodType<ReaderOutcome> = z.discriminatedUnion("state", [
  z.strictObject({
    state: z.literal("read"),
    format: z.string().min(1),
    declarations: z.array(found),
    warnings: z.array(problem),
  }),
  z.strictObject({ state: z.literal("refused"), problems: z.tuple([problem], problem) }),
]);
