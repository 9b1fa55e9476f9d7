import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import type { VantageControl } from "../../domain/vantage.ts";

/** Covered scans before a host can be called always up. */
const COVERED = 5;
/** A host that answered in all but this share of the scans is as good as always up: one timeout is not an absence. */
const MISSED_SHARE = 0.05;
/** Fewer say nothing about the vantage: they may well be gone together. */
const FEWEST = 3;
const MOST = 5;

/**
 * Hosts that answered in every covered scan and serve something, so that they can be asked once more: the learned
 * sentinels of the segment. The best known first; equal ones by id, so that the same memory gives the same list.
 */
export function sentinelsOf(baseline: SegmentBaseline): readonly HostBaseline[] {
  const candidates = [...baseline.hosts.values()].filter((host) => alwaysUp(host, baseline.scans) && serves(host));
  return candidates.toSorted((a, b) => b.covered - a.covered || (a.id < b.id ? -1 : 1)).slice(0, MOST);
}

function alwaysUp(host: HostBaseline, scans: number): boolean {
  const steady = host.reference === "known" && host.current === "up" && host.misses === 0;
  return steady && host.covered >= COVERED && scans - host.covered <= scans * MISSED_SHARE;
}

function serves(host: HostBaseline): boolean {
  return [...host.ports.values()].some((port) => port.transport === "tcp" && port.current === "open");
}

/**
 * Fails when none of them answers: one that is switched off is a host that is gone, all of them are a sensor that is
 * blind. Says more than the share of vanished hosts where a segment has only a few.
 */
export function sentinelControl(
  sentinels: readonly HostBaseline[],
  seen: { readonly up: ReadonlySet<string>; readonly unmeasured: ReadonlySet<string> },
): VantageControl {
  const asked = sentinels.filter((host) => !seen.unmeasured.has(host.id));
  if (asked.length < FEWEST) {
    return { name: "sentinels", result: "not-applicable", detail: `fewer than ${FEWEST} hosts are always up` };
  }
  if (asked.some((host) => seen.up.has(host.id))) return { name: "sentinels", result: "ok", detail: null };
  const detail = `none of the ${asked.length} hosts that are always up answers`;
  return { name: "sentinels", result: "failed", detail };
}
