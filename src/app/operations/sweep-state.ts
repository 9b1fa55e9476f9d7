import { join } from "node:path";
import { enforceRetention, removeLeftRuns } from "../../scan/nmap/retention.ts";
import type { Desk } from "./operation.ts";
import { sweepStore } from "./sweep-store.ts";

/** After a cycle: the store as {@link sweepStore} says, old raw files and files of killed runs. */
export async function sweepState({ runtime, loaded, stateDirectory, store }: Desk): Promise<void> {
  const { keep_raw: keepRaw, max_raw: maxRaw } = loaded.config.store;
  const now = runtime.clock.now();
  await sweepStore(store, loaded, now);
  removeLeftRuns(join(stateDirectory, "work"));
  enforceRetention(join(stateDirectory, "raw"), { maxAgeMs: keepRaw, maxBytes: maxRaw, now });
}
