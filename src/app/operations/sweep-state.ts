import { join } from "node:path";
import { enforceRetention, removeLeftRuns } from "../../scan/nmap/retention.ts";
import type { Desk } from "./operation.ts";

const DAY_MS = 86_400_000;
/** Delivered events are kept this long for `outbox show`. */
const KEEP_DELIVERED_MS = 7 * DAY_MS;

/**
 * After a cycle: removes old raw files, delivered events and files of killed runs; what a row still names or a sink
 * still wants stays.
 */
export async function sweepState({ runtime, loaded, stateDirectory, store }: Desk): Promise<void> {
  const { keep_raw: keepRaw, max_raw: maxRaw } = loaded.config.store;
  const now = runtime.clock.now();
  await store.outbox.prune(now - KEEP_DELIVERED_MS);
  await store.keeping.forgetFacts(await store.keeping.cycleIdsOlderThan(now - keepRaw));
  removeLeftRuns(join(stateDirectory, "work"));
  enforceRetention(join(stateDirectory, "raw"), { maxAgeMs: keepRaw, maxBytes: maxRaw, now });
}
