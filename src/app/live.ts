import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { LoadedConfig } from "../config/load.ts";
import type { Prober } from "../domain/ports/prober.ts";
import type { Scanner, ScanProgress } from "../domain/ports/scanner.ts";
import type { VantageWatch } from "../domain/ports/vantage-watch.ts";
import type { Profile, Technique } from "../domain/scan-plan.ts";
import type { VantagePlace } from "../domain/vantage.ts";
import { findExecutable } from "../lib/child-process.ts";
import type { Intervals } from "../lib/intervals.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { type LiveScan, liveSource } from "../pipeline/live-source.ts";
import type { ScanSource } from "../pipeline/tick.ts";
import { findNmapData } from "../scan/nmap/data-files.ts";
import { openTool } from "../scan/nmap/open-tools.ts";
import { readPrivilege } from "../scan/nmap/privilege.ts";
import { createNmapScanner, type NmapScannerOptions } from "../scan/nmap/scanner.ts";
import { createVantageWatch } from "../scan/nmap/vantage-watch.ts";
import { toolsDigest } from "../scan/nmap/tools-digest.ts";
import { type PlanInputs, planDigest } from "../scan/plan/plan-digest.ts";
import { planPorts } from "../scan/plan/ports.ts";
import type { TargetPlan } from "../scan/plan/targets.ts";
import { ASKED_SCRIPTS } from "../scan/scripts/registry.ts";
import { createShardRunner } from "../scan/shard-runner.ts";
import type { OperationFailure } from "./failure.ts";
import { packagePath } from "../config/package-root.ts";
import { type AskName, askSystem } from "./resolve-names.ts";
import { addressTest, programOwners } from "../config/settings.ts";
import { pinTargets } from "./targets.ts";
import { systemClock } from "./wiring.ts";

/** Checked once: nmap, ports, rights. What may change from cycle to cycle is pinned for each. */
export interface LiveScanner {
  readonly raw: boolean;
  /** Resolves names, plans targets and finds our own address, for one cycle. `only` narrows the scope. */
  pin(only?: readonly string[]): Promise<Result<PinnedScan, OperationFailure>>;
}

/** One cycle's view of the world: nothing in it changes until the cycle is over. */
export interface PinnedScan {
  /** Looks at where this cycle scans from. */
  readonly watch: VantageWatch;
  readonly targets: TargetPlan;
  readonly settings: LiveSettings;
  /** Equal for two cycles of which one may go on where the other was interrupted. */
  planDigest(profile: Profile, place: VantagePlace): string;
  cycle(options: LiveCycleOptions): { readonly source: ScanSource; readonly prober: Prober };
}

export type LiveSettings = Pick<LiveScan, "technique" | "pace" | "ports" | "fragile">;

export interface LiveCycleOptions {
  readonly cycleId: string;
  readonly profile: Profile;
  /** Where this cycle scans from: part of the comparability keys. */
  readonly place: VantagePlace;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** What stands between this cycle and nmap; absent: nothing. The vantage is looked at without it. */
  readonly around?: (nmap: Scanner) => Scanner;
}

export function prepareLive(
  loaded: LoadedConfig,
  stateDirectory: string,
  ask: AskName = askSystem,
): Result<LiveScanner, OperationFailure> {
  const { config } = loaded;
  const nmap = findExecutable(config.nmap.path);
  if (nmap === null) return err(nmapMissing(config.nmap.path));
  const open = openNmap(loaded, nmap);
  if (open !== null) return err(open);
  const ports = planPorts(config.ports, servicesText(nmap));
  if (!ports.ok) return err(wrongPorts(ports.error));
  const { raw } = readPrivilege();
  const prepared = { loaded, stateDirectory, nmap, ports: ports.value, raw };
  return ok({
    raw,
    pin: async (only) => {
      const changed = openNmap(loaded, nmap);
      if (changed !== null) return err(changed);
      const targets = await pinTargets(config, ask, only);
      return targets.ok ? ok(pinnedScan(prepared, targets.value, only !== undefined)) : targets;
    },
  });
}

interface Prepared {
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
  readonly nmap: string;
  readonly ports: Intervals;
  readonly raw: boolean;
}

function pinnedScan(prepared: Prepared, targets: TargetPlan, narrowed: boolean): PinnedScan {
  const { addresses } = targets;
  const settings = settingsOf(prepared, targets);
  const options = scannerOptions(prepared, targets);
  return {
    watch: watchOf(options, { technique: settings.technique, targets }),
    targets,
    settings,
    planDigest: (profile, place) =>
      digestOf(prepared, { ...settings, addresses, profile, vantage: vantageText(place) }),
    cycle: ({ cycleId, profile, place, onProgress, around = (nmap) => nmap }) => {
      const asked = { ...settings, cycleId, profile, clock: systemClock() };
      const progress = onProgress === undefined ? {} : { onProgress };
      const { raw, loaded } = prepared;
      const osDetection = loaded.config.os_detection;
      const scanner = around(createNmapScanner({ ...options, vantage: vantageText(place) }));
      const runner = createShardRunner({ ...asked, scanner, raw, scripts: ASKED_SCRIPTS, osDetection, ...progress });
      const gaps = targets.unmeasured.map(({ text, reason }) => `${text}: ${reason}; its hosts were not measured`);
      return { source: liveSource({ ...asked, runner, addresses }, { gaps, narrowed }), prober: runner };
    },
  };
}

function digestOf(
  { loaded, nmap }: Prepared,
  cycle: Omit<PlanInputs, "osDetection" | "scripts" | "shardSize" | "tools">,
): string {
  const tools = toolsDigest(nmap, packagePath("nse-scripts"));
  return planDigest({
    ...cycle,
    osDetection: loaded.config.os_detection,
    scripts: ASKED_SCRIPTS,
    shardSize: null,
    tools,
  });
}

function settingsOf({ loaded, ports, raw }: Prepared, { addresses }: TargetPlan): LiveSettings {
  const { config } = loaded;
  return {
    technique: raw ? "syn" : ("connect" satisfies Technique),
    pace: config.pace,
    ports: new Map([["tcp" as const, ports]]),
    fragile: new Set(addresses.filter(addressTest(config.fragile))),
  };
}

/**
 * The scanner of the self-test may touch the own addresses and nothing else; what it writes is not kept. The whole scope is
 * looked at: a narrowed scan comes from the same place as every other one.
 */
function watchOf(
  options: Omit<NmapScannerOptions, "vantage">,
  { technique, targets }: { readonly technique: Technique; readonly targets: TargetPlan },
): VantageWatch {
  const own = () => Object.values(networkInterfaces()).flatMap((list) => list?.map((one) => one.address) ?? []);
  const scope = { exclude: [], inScope: (address: string) => own().includes(address), fragile: () => false };
  const scanner = createNmapScanner({ ...options, ...scope, rawDir: null, vantage: "self" });
  return createVantageWatch({
    scanner,
    technique,
    addresses: [...targets.scope],
    excluded: addressTest(targets.excluded),
  });
}

function vantageText({ sourceAddress, gatewayMac }: VantagePlace): string {
  return `${sourceAddress ?? "unknown"}${gatewayMac === null ? "" : ` via=${gatewayMac}`}`;
}

function scannerOptions(prepared: Prepared, targets: TargetPlan): Omit<NmapScannerOptions, "vantage"> {
  const { loaded, stateDirectory, nmap, raw } = prepared;
  const planned = new Set(targets.addresses);
  return {
    nmapPath: nmap,
    privilege: raw ? "raw" : "connect",
    workDir: join(stateDirectory, "work"),
    rawDir: join(stateDirectory, "raw"),
    nseDir: packagePath("nse-scripts"),
    exclude: targets.excluded,
    inScope: (address) => planned.has(address),
    fragile: addressTest(loaded.config.fragile),
    clock: systemClock(),
  };
}

function wrongPorts(what: string): OperationFailure {
  return {
    code: "TL120",
    exit: 78,
    what,
    effect: "Nothing was scanned.",
    fix: "List the ports in the configuration.",
  };
}

function nmapMissing(path: string): OperationFailure {
  return {
    code: "TL101",
    exit: 69,
    what: `nmap was not found at "${path}"`,
    effect: "Nothing can be scanned; recorded scans still work with scan --from-xml.",
    fix: "Install nmap (Debian: apt-get install nmap), or name it under nmap.path (for the demo: tripline demo --nmap PATH).",
  };
}

/** An agent runs for months: asked at its start and before every cycle. */
function openNmap(loaded: LoadedConfig, nmap: string): OperationFailure | null {
  const open = openTool({ nmap, nseDir: packagePath("nse-scripts"), owners: programOwners(loaded) });
  if (open === null) return null;
  const effect = "Nothing was scanned: others would choose what runs with the rights of nmap.";
  return { code: open.code, exit: 78, what: `nmap is not started: ${open.what}`, effect, fix: open.fix };
}

function servicesText(nmap: string): string | null {
  const data = findNmapData(nmap);
  try {
    return data === null ? null : readFileSync(data.services, "utf8");
  } catch {
    return null;
  }
}
