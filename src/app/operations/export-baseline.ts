import { z } from "zod";
import { knownGood } from "../../baseline/known-good/export.ts";
import { hostProblem, isMeant } from "../../domain/anomaly-filter.ts";
import type { KnownGood, KnownHost } from "../../domain/known-good.ts";
import type { Desk } from "./operation.ts";

const host = z.string().refine((text) => hostProblem(text) === null, "an address, a network or a name");

/** Which hosts; none named means the whole segment. */
export const EXPORT = z.strictObject({ hosts: z.array(host).readonly() });

/** What is normal in the segment, without what deviates. */
export async function exportBaseline(desk: Desk, { hosts }: z.infer<typeof EXPORT>): Promise<KnownGood> {
  const baseline = await desk.store.cycles.loadBaseline(desk.loaded.config.segment);
  return knownGood(baseline, hosts.length === 0 ? null : namedHosts(hosts));
}

/** Whether a host is one of those that the words name: by address, network or one of its names. */
export function namedHosts(words: readonly string[]): (host: KnownHost) => boolean {
  return ({ address, fields }) => {
    const names = fields.get("name") ?? [null];
    return words.some((word) => names.some((name) => isMeant(word, { address, name })));
  };
}
