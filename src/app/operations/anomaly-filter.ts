import { z } from "zod";
import { ANOMALY_STATES, type Anomaly } from "../../domain/anomaly.ts";
import { type AnomalyFilter, fitsFilter, hostProblem, type HostsThatFit } from "../../domain/anomaly-filter.ts";
import { ANOMALY_KINDS } from "../../domain/kinds/catalogue.ts";
import type { Desk } from "./operation.ts";

/** As {@link AnomalyFilter}; whoever passes one on from elsewhere checks it with this. */
export const FILTER = z.strictObject({
  severity: z
    .array(z.enum(["low", "medium", "high", "critical"]))
    .min(1)
    .readonly()
    .optional(),
  host: z
    .string()
    .refine((text) => hostProblem(text) === null, "an address, a network or a name")
    .optional(),
  kind: z.array(z.enum(ANOMALY_KINDS)).min(1).readonly().optional(),
  state: z.array(z.enum(ANOMALY_STATES)).min(1).readonly().optional(),
  /** UTC ms. */
  since: z.int().optional(),
});

/** The anomalies of the segment that a filter means, the newest first. */
export async function matching(
  { store, loaded }: Pick<Desk, "store" | "loaded">,
  filter: AnomalyFilter,
  hosts: HostsThatFit,
): Promise<readonly Anomaly[]> {
  const found = await store.history.anomalies({
    segment: loaded.config.segment,
    states: filter.state ?? null,
    since: filter.since ?? null,
  });
  return found.filter((anomaly) => fitsFilter(anomaly, filter, hosts));
}
