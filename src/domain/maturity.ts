import type { HostBaseline, MaturityRule, SegmentBaseline } from "./baseline.ts";

/** Segment maturity, for presence and identity kinds: enough learned scans over enough time, before this cycle. */
export function segmentMature(baseline: SegmentBaseline, rule: MaturityRule, now: number): boolean {
  return baseline.scans >= rule.scans && baseline.startedAt !== null && now - baseline.startedAt >= rule.atLeastMs;
}

/** Host maturity, for port and field kinds: the host's own covered scans before this cycle. */
export function hostMature(host: HostBaseline | null, rule: MaturityRule, now: number): boolean {
  return host !== null && host.covered >= rule.scans && now - host.firstSeen.at >= rule.atLeastMs;
}
