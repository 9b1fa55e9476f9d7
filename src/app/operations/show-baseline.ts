import { segmentMature } from "../../domain/maturity.ts";
import { formatDuration, isoTime } from "../../lib/time.ts";
import type { BaselineView } from "../../report/model/baseline.ts";
import type { Desk } from "./operation.ts";
import { shownSafe } from "./safe-view.ts";

/** `tripline baseline show`: how much is learned. Reads only. */
export async function baselineOf({ runtime, loaded, store }: Desk): Promise<BaselineView> {
  const { segment, baseline: settings } = loaded.config;
  const baseline = await store.cycles.loadBaseline(segment);
  const rule = { scans: settings.learn.scans, atLeastMs: settings.learn.at_least };
  const hosts = [...baseline.hosts.values()];
  const ports = hosts.flatMap((h) => [...h.ports.values()]).filter((p) => p.reference === "open");
  return {
    kind: "baseline",
    segment,
    mature: segmentMature(baseline, rule, runtime.clock.now()),
    scans: baseline.scans,
    scansNeeded: rule.scans,
    timeNeeded: formatDuration(rule.atLeastMs),
    since: baseline.startedAt === null ? null : isoTime(baseline.startedAt),
    lastScan: baseline.lastScanAt === null ? null : isoTime(baseline.lastScanAt),
    vantage: baseline.vantage.state,
    hosts: hosts.length,
    openPorts: ports.length,
    timeNeededMs: rule.atLeastMs,
    ...shownSafe(loaded, runtime.clock.now()),
  };
}
