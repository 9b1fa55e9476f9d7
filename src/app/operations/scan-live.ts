import type { LoadedConfig } from "../../config/load.ts";
import type { CycleStore } from "../../domain/ports/stores.ts";
import type { ScanProgress } from "../../domain/ports/scanner.ts";
import type { Profile } from "../../domain/scan-plan.ts";
import { timeOrderedId } from "../../lib/ids.ts";
import { runCycle } from "../../pipeline/cycle.ts";
import type { CycleReport } from "../../pipeline/cycle-report.ts";
import { findUnfinished, type UnfinishedCycle } from "../../pipeline/resume.ts";
import type { CycleTick } from "../../pipeline/tick.ts";
import { declaredReader } from "../declared-reader.ts";
import type { LiveScanner } from "../live.ts";
import { agentVersion } from "../package-root.ts";
import { configuredMutes, hostTags } from "../settings.ts";
import { scoringRules, systemClock, vantageOf } from "../wiring.ts";

/** One cycle with nmap, now. The store is open for writing. */
export interface LiveCycle {
  readonly loaded: LoadedConfig;
  readonly live: LiveScanner;
  readonly store: CycleStore;
  readonly profile: Profile;
  readonly learn: boolean;
  readonly learnScans: number | null;
  /** An interrupted cycle younger than this many ms is gone on with; absent: a new one is begun. */
  readonly resumeWithinMs?: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export async function scanLive(request: LiveCycle): Promise<CycleReport> {
  const clock = systemClock();
  const tick = liveTick(request, await unfinishedOf(request, clock.now()), clock.now());
  const { cycleId, profile } = tick;
  const progress = request.onProgress === undefined ? {} : { onProgress: request.onProgress };
  const { source, prober } = request.live.cycle({ cycleId, profile, ...progress });
  const readDeclared = declaredReader(request.loaded, clock);
  return runCycle(
    tick,
    { store: request.store, source, prober, readDeclared, rules: scoringRules(), clock },
    request.signal,
  );
}

async function unfinishedOf({ loaded, live, store, profile, resumeWithinMs }: LiveCycle, now: number) {
  if (resumeWithinMs === undefined) return null;
  const { segment } = loaded.config;
  return findUnfinished(store, { segment, profile, plan: live.planDigest(profile), notBefore: now - resumeWithinMs });
}

function liveTick(request: LiveCycle, unfinished: UnfinishedCycle | null, now: number): CycleTick {
  const { loaded, live } = request;
  const { config } = loaded;
  const { scans, at_least: atLeastMs } = config.baseline.learn;
  return {
    cycleId: unfinished?.record.id ?? timeOrderedId(now),
    installId: null,
    profile: request.profile,
    vantage: vantageOf(loaded, { sourceAddress: live.source.address, mac: live.source.mac, raw: live.raw }),
    namespace: config.namespace,
    agentVersion: agentVersion(),
    maturity: request.learnScans === null ? { scans, atLeastMs } : { scans: request.learnScans, atLeastMs: 0 },
    alertAt: config.score.alert_at,
    labels: new Map(Object.entries(config.labels)),
    tags: [],
    publicUrl: config.public_url ?? null,
    recorded: false,
    hostTags: hostTags(loaded),
    mutes: configuredMutes(loaded),
    learn: request.learn,
    plan: live.planDigest(request.profile),
    unfinished,
  };
}
