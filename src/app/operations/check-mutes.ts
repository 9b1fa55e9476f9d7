import { z } from "zod";
import { configuredMutes } from "../../config/settings.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import { type CheckedMute, checkMutes, MUTE_LOOK_BACK_MS } from "../../score/life/check-mutes.ts";
import type { Desk } from "./operation.ts";

/** A mute that hides more than so many percent is too wide unless somebody says otherwise. */
export const WIDE_PERCENT = 25;

export const MUTE_CHECK = z.strictObject({ wide: z.number().min(1).max(100).default(WIDE_PERCENT) });

/** Every mute with what it hides, and whether it is dead, expired or too wide. Reads only. */
export async function muteCheck(
  desk: Desk,
  { wide }: z.infer<typeof MUTE_CHECK>,
  baseline?: SegmentBaseline,
): Promise<readonly CheckedMute[]> {
  const { store, loaded, runtime } = desk;
  const { segment } = loaded.config;
  const mutes = [...configuredMutes(loaded), ...(await store.cycles.loadMutes())];
  if (mutes.length === 0) return [];
  const now = runtime.clock.now();
  const known = baseline ?? (await store.cycles.loadBaseline(segment));
  const live = await store.history.anomalies({ segment, states: ["open", "muted"], since: null });
  const recent = await store.history.anomalies({ segment, states: null, since: now - MUTE_LOOK_BACK_MS });
  const anomalies = [...new Map([...live, ...recent].map((one) => [one.id, one])).values()];
  const hosts = [...known.hosts.values()].map(({ address, fields }) => ({
    address,
    name: fields.get("name")?.value ?? null,
  }));
  return checkMutes(mutes, { anomalies, hosts, now, wide: wide / 100 });
}
