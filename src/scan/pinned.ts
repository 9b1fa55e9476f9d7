import { networkInterfaces } from "node:os";
import type { Clock } from "../domain/ports/clock.ts";
import type { Prober } from "../domain/ports/prober.ts";
import type { ScanKnowledge, ScanSource } from "../domain/ports/scan-source.ts";
import type { Scanner, ScanProgress } from "../domain/ports/scanner.ts";
import type { VantageWatch } from "../domain/ports/vantage-watch.ts";
import type { Pace, Profile, ScanPreview } from "../domain/scan-plan.ts";
import { addressTest } from "../domain/target.ts";
import type { TargetPlan } from "../domain/target-plan.ts";
import type { VantagePlace } from "../domain/vantage.ts";
import type { Intervals } from "../lib/intervals.ts";
import { liveSource } from "./live-source.ts";
import { createNmapScanner, type NmapScannerOptions } from "./nmap/scanner.ts";
import { toolsDigest } from "./nmap/tools-digest.ts";
import { createVantageWatch } from "./nmap/vantage-watch.ts";
import { askedTargets } from "./plan/asked-targets.ts";
import type { PlanSettings } from "./plan/knowledge.ts";
import { planDigest } from "./plan/plan-digest.ts";
import { previewScan } from "./preview.ts";
import { ASKED_SCRIPTS } from "./scripts/registry.ts";
import { createShardRunner } from "./shard-runner.ts";

/** One cycle's view of the world: nothing in it changes until the cycle is over. */
export interface PinnedScan {
  /** Looks at where this cycle scans from. */
  readonly watch: VantageWatch;
  readonly targets: TargetPlan;
  /** Equal for two cycles of which one may continue where the other was interrupted. */
  planDigest(profile: Profile, place: VantagePlace): string;
  cycle(options: LiveCycleOptions): { readonly source: ScanSource; readonly prober: Prober };
  /** What a cycle would start. */
  preview(profile: Profile, known: Pick<ScanKnowledge, "baseline" | "declared">): Promise<ScanPreview>;
}

export interface LiveCycleOptions {
  readonly cycleId: string;
  readonly profile: Profile;
  /** Where this cycle scans from: part of the comparability keys. */
  readonly place: VantagePlace;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** What is between this cycle and nmap; absent: nothing. The vantage is looked at without it. */
  readonly around?: (nmap: Scanner) => Scanner;
}

export interface Pinning {
  readonly settings: {
    readonly targets: readonly string[];
    readonly nseDir: string;
    readonly workDir: string;
    readonly rawDir: string;
    readonly pace: Pace;
    readonly osDetection: boolean;
    readonly fragile: (address: string) => boolean;
    readonly clock: Clock;
  };
  readonly nmap: string;
  readonly raw: boolean;
  readonly ports: Intervals;
  readonly targets: TargetPlan;
  readonly narrowed: boolean;
}

export function pinnedScan(pinning: Pinning): PinnedScan {
  const { settings, targets } = pinning;
  const planned = planSettings(pinning);
  const privilege = pinning.raw ? "raw" : "connect";
  return {
    watch: watchOf(pinning),
    targets,
    planDigest: (profile, place) => digestOf(pinning, profile, place),
    cycle: (options) => cycleOf(pinning, options),
    preview: (profile, known) =>
      previewScan({ ...settings, settings: { ...planned, cycleId: "dry-run", profile }, known, targets, privilege }),
  };
}

function planSettings({ settings, raw, ports, targets }: Pinning): Omit<PlanSettings, "cycleId" | "profile"> {
  return {
    technique: raw ? "syn" : "connect",
    pace: settings.pace,
    ports: new Map([["tcp" as const, ports]]),
    fragile: new Set(targets.addresses.filter(settings.fragile)),
    addresses: targets.addresses,
  };
}

function cycleOf(pinning: Pinning, options: LiveCycleOptions): ReturnType<PinnedScan["cycle"]> {
  const { raw, targets, narrowed, settings } = pinning;
  const { cycleId, profile, place, onProgress, around = (nmap) => nmap } = options;
  const asked = { ...planSettings(pinning), cycleId, profile, clock: settings.clock };
  const progress = onProgress === undefined ? {} : { onProgress };
  const scanner = around(createNmapScanner({ ...scannerOptions(pinning), vantage: vantageText(place) }));
  const { osDetection } = settings;
  const runner = createShardRunner({ ...asked, scanner, raw, scripts: ASKED_SCRIPTS, osDetection, ...progress });
  const gaps = targets.unmeasured.map(({ text, reason }) => `${text}: ${reason}; its hosts were not measured`);
  return {
    source: liveSource({ ...asked, runner }, { gaps, narrowed, asked: askedTargets(settings.targets, targets) }),
    prober: runner,
  };
}

function digestOf(pinning: Pinning, profile: Profile, place: VantagePlace): string {
  const { nseDir, osDetection } = pinning.settings;
  const tools = toolsDigest(pinning.nmap, nseDir);
  const vantage = vantageText(place);
  const how = { profile, vantage, osDetection, scripts: ASKED_SCRIPTS, shardSize: null, tools };
  return planDigest({ ...planSettings(pinning), ...how });
}

/**
 * The scanner of the self-test may touch the own addresses and nothing else; what it writes is not kept. The whole scope
 * is looked at: a narrowed scan comes from the same place as every other one.
 */
function watchOf(pinning: Pinning): VantageWatch {
  const { targets } = pinning;
  const own = () => Object.values(networkInterfaces()).flatMap((list) => list?.map((one) => one.address) ?? []);
  const scope = { exclude: [], inScope: (address: string) => own().includes(address), fragile: () => false };
  const scanner = createNmapScanner({ ...scannerOptions(pinning), ...scope, rawDir: null, vantage: "self" });
  const { technique } = planSettings(pinning);
  const excluded = addressTest(targets.excluded);
  return createVantageWatch({ scanner, technique, addresses: [...targets.scope], excluded });
}

function vantageText({ sourceAddress, gatewayMac }: VantagePlace): string {
  return `${sourceAddress ?? "unknown"}${gatewayMac === null ? "" : ` via=${gatewayMac}`}`;
}

function scannerOptions({ settings, nmap, raw, targets }: Pinning): Omit<NmapScannerOptions, "vantage"> {
  const { workDir, rawDir, nseDir, fragile, clock } = settings;
  const planned = new Set(targets.addresses);
  return {
    nmapPath: nmap,
    privilege: raw ? "raw" : "connect",
    workDir,
    rawDir,
    nseDir,
    exclude: targets.excluded,
    inScope: (address) => planned.has(address),
    fragile,
    clock,
  };
}
