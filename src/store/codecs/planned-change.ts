import { z } from "zod";
import { ANOMALY_KINDS } from "../../domain/kinds/catalogue.ts";
import { transport } from "./common.ts";
import { listOf, texts } from "./json.ts";

export const plannedChange = z.strictObject({
  id: z.string(),
  segment: z.string(),
  place: z.strictObject({ hosts: texts, networks: texts, groups: texts }),
  ports: listOf(z.strictObject({ transport, from: z.number(), to: z.number() })),
  from: z.number(),
  until: z.number(),
  by: z.string(),
  ticket: z.string(),
  origin: z.string(),
  announcedAt: z.number(),
  state: z.enum(["announced", "ended", "cancelled"]),
  matched: listOf(
    z.strictObject({
      anomaly: z.string(),
      kind: z.enum(ANOMALY_KINDS),
      subject: z.string(),
      address: z.string(),
      at: z.number(),
    }),
  ),
});
