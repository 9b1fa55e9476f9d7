import type { CycleContext } from "../domain/cycle.ts";
import { REFRESH } from "../domain/refresh.ts";
import { sha256Hex } from "../lib/hash.ts";

/**
 * Services that were reported together are reported again over so many scans, a part in each, or one scan a month would be
 * as large as the first. Weekly scans still come through within the 90 days for which observations are kept.
 */
const SPREAD = 4;

/** A scan that begins a little early is still the one of that day: of the period, this part. */
const SLACK = 1 / 48;

/** What was last said of a host or service so long ago. */
interface Aged {
  readonly hostId: string;
  readonly isHost: boolean;
  readonly ageMs: number;
}

/** Whether an unchanged state is reported again in this scan. */
export function isDue({ hostId, isHost, ageMs }: Aged, context: Pick<CycleContext, "refresh" | "scanNumber">): boolean {
  const { hostsMs, servicesMs } = context.refresh ?? REFRESH;
  if (isHost) return isPast(ageMs, hostsMs);
  if (servicesMs === null || !isPast(ageMs, servicesMs)) return false;
  // Asked to tell services as often as hosts, it does.
  if (hostsMs !== null && servicesMs <= hostsMs) return true;
  return isTurnOf(hostId, context.scanNumber);
}

function isPast(ageMs: number, periodMs: number | null): boolean {
  return periodMs !== null && ageMs >= periodMs * (1 - SLACK);
}

/** Once in each round of scans, now early and now late: a fixed place would always be at night, when a desk is off. */
function isTurnOf(hostId: string, scanNumber: number): boolean {
  const round = Math.floor(scanNumber / SPREAD);
  return Number.parseInt(sha256Hex(`${hostId} ${round}`).slice(0, 8), 16) % SPREAD === scanNumber % SPREAD;
}
