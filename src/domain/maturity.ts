import type { HostBaseline, MaturityRule, SegmentBaseline } from "./baseline.ts";
import { coveredScans } from "./coverage.ts";
import type { CycleContext, CycleView } from "./cycle.ts";
import { portKey } from "./network.ts";
import type { PortRef } from "./network.ts";

/** Segment maturity, for presence and identity kinds: enough learned scans over enough time, before this cycle. */
export function segmentMature(baseline: SegmentBaseline, rule: MaturityRule, now: number): boolean {
  return baseline.scans >= rule.scans && baseline.startedAt !== null && now - baseline.startedAt >= rule.atLeastMs;
}

/** Host maturity, for port and field kinds: the host's own covered scans before this cycle. */
export function hostMature(host: HostBaseline | null, rule: MaturityRule, now: number): boolean {
  return host !== null && host.covered >= rule.scans && now - host.firstSeen.at >= rule.atLeastMs;
}

/** A stranger that was told of in a segment that is known, too young to be judged by its own history. */
export function isUnderWatch(view: Pick<CycleView, "context" | "mature">, host: HostBaseline | null): boolean {
  if (host === null || host.reference !== "new" || !view.mature) return false;
  return !hostMature(host, view.context.maturity, view.context.startedAt);
}

/** Covered scans in a row that make an ordinary upgrade normal. */
export const SCANS_OF_AN_UPGRADE = 20;
const FORGET_AFTER_MS = 30 * 86_400_000;

/** How long something must last to become normal by itself, or be away to be forgotten. */
export function forgetAfter({ forgetAfterMs }: Pick<CycleContext, "forgetAfterMs">): number {
  return forgetAfterMs ?? FORGET_AFTER_MS;
}

/** False: hosts and ports are measured in another way or from another place than before. */
export function presenceComparable(view: CycleView): boolean {
  return !view.relearned.has("presence") && !view.vantage.problems.includes("source-address-changed");
}

/** Whether its coming and going says anything: habits are learned first. Of a stranger each return would be told. */
export function hasHabits(view: CycleView, host: HostBaseline): boolean {
  const { maturity, startedAt } = view.context;
  return view.mature && (host.reference === "new" || hostMature(host, maturity, startedAt));
}

/**
 * Was this port ever looked at? A plan that grows shows ports that were open all along: without this rule a longer
 * port list would be an alarm on every host.
 */
export function portKnown(host: HostBaseline, port: PortRef): boolean {
  return host.ports.has(portKey(port)) || coveredScans(host, port) > 0;
}
