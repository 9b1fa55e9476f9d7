import type { LoadedConfig } from "../../config/load.ts";
import type { OpenState } from "../runtime.ts";

const DAY_MS = 86_400_000;
/** Delivered events are kept this long, for an output that is new and wants what came before it. */
const KEEP_DELIVERED_MS = 7 * DAY_MS;
/** Of the inventory a day is enough: whatever still exists is reported again within one. */
const KEEP_INVENTORY_MS = DAY_MS;
/** Without a configuration. */
const KEEP_FACTS_MS = 30 * DAY_MS;
/** From this share of its room on, what is only kept for looking back goes early. */
const CROWDED = 0.5;

type Store = Pick<OpenState, "outbox" | "keeping">;

/**
 * Removes delivered events and facts of cycles that are old at `now` (UTC ms), or earlier where they would fill the store:
 * the oldest first. What an output still wants and the facts of the newest cycle stay.
 */
export async function sweepStore(store: Store, loaded: LoadedConfig | null, now: number): Promise<void> {
  const { outbox, keeping } = store;
  await outbox.prune(now - KEEP_DELIVERED_MS, now - KEEP_INVENTORY_MS);
  const keepFacts = loaded?.config.store.keep_raw ?? KEEP_FACTS_MS;
  await keeping.forgetFacts(await keeping.cycleIdsOlderThan(now - keepFacts));
  if (await isCrowded(store)) await makeRoom(store);
}

const ALL = Number.MAX_SAFE_INTEGER;

async function makeRoom(store: Store): Promise<void> {
  const { outbox, keeping } = store;
  await outbox.prune(0, ALL);
  if (await isCrowded(store)) await outbox.prune(ALL);
  const stored = await keeping.cyclesWithFacts();
  for (const id of await keeping.cycleIdsOlderThan(ALL)) {
    if (!(await isCrowded(store))) return;
    if (stored.has(id)) await keeping.forgetFacts([id]);
  }
}

async function isCrowded({ keeping }: Store): Promise<boolean> {
  const { pagesUsed, pagesAllowed } = await keeping.usage();
  return pagesUsed > pagesAllowed * CROWDED;
}
