import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { LoadedConfig } from "../config/load.ts";
import { canonicalMac } from "../domain/network.ts";
import type { Prober } from "../domain/ports/prober.ts";
import type { ScanProgress, Scanner } from "../domain/ports/scanner.ts";
import type { Profile, Technique } from "../domain/scan-plan.ts";
import { findExecutable } from "../lib/child-process.ts";
import { cidrContains, parseCidr } from "../lib/ip.ts";
import type { Intervals } from "../lib/intervals.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { type LiveScan, liveSource } from "../pipeline/live-source.ts";
import type { ScanSource } from "../pipeline/tick.ts";
import { findNmapData } from "../scan/nmap/data-files.ts";
import { readPrivilege } from "../scan/nmap/privilege.ts";
import { createNmapScanner } from "../scan/nmap/scanner.ts";
import { toolsDigest } from "../scan/nmap/tools-digest.ts";
import { type PlanInputs, planDigest } from "../scan/plan/plan-digest.ts";
import { planPorts } from "../scan/plan/ports.ts";
import type { TargetPlan } from "../scan/plan/targets.ts";
import { createShardRunner } from "../scan/shard-runner.ts";
import type { OperationFailure } from "./operations/failure.ts";
import { packagePath } from "./package-root.ts";
import { type AskName, askSystem } from "./resolve-names.ts";
import { addressTest } from "./settings.ts";
import { pinTargets } from "./targets.ts";
import { systemClock } from "./wiring.ts";

/** Scripts that identify what answers: our banner script and two stock ones, all in the manifest. */
const SCRIPTS = ["tripline-banner", "ssh-hostkey", "ssl-cert"];

/** Checked once: nmap, ports, rights. What may change from cycle to cycle is pinned for each. */
export interface LiveScanner {
  readonly raw: boolean;
  /** Resolves names, plans targets and finds our own address, for one cycle. `only` narrows the scope. */
  pin(only?: readonly string[]): Promise<Result<PinnedScan, OperationFailure>>;
}

/** One cycle's view of the world: nothing in it changes until the cycle is over. */
export interface PinnedScan {
  readonly source: { readonly address: string | null; readonly mac: string | null };
  readonly targets: TargetPlan;
  readonly settings: LiveSettings;
  /** Equal for two cycles of which one may go on where the other was interrupted. */
  planDigest(profile: Profile): string;
  cycle(options: LiveCycleOptions): { readonly source: ScanSource; readonly prober: Prober };
}

export type LiveSettings = Pick<LiveScan, "technique" | "pace" | "ports" | "fragile">;

export interface LiveCycleOptions {
  readonly cycleId: string;
  readonly profile: Profile;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export function prepareLive(
  loaded: LoadedConfig,
  stateDirectory: string,
  ask: AskName = askSystem,
): Result<LiveScanner, OperationFailure> {
  const { config } = loaded;
  const nmap = findExecutable(config.nmap.path);
  if (nmap === null) return err(nmapMissing(config.nmap.path));
  const ports = planPorts(config.ports, servicesText(nmap));
  if (!ports.ok) return err(wrongPorts(ports.error));
  const { raw } = readPrivilege();
  const prepared = { loaded, stateDirectory, nmap, ports: ports.value, raw };
  return ok({
    raw,
    pin: async (only) => {
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
  // By the whole scope: a narrowed scan comes from the same place as every other one.
  const source = sourceOf(targets.scope.values().next().value ?? "");
  const vantage = source.address ?? "unknown";
  const scanner = scannerOf(prepared, targets, vantage);
  const settings = settingsOf(prepared, targets);
  return {
    source,
    targets,
    settings,
    planDigest: (profile) => digestOf(prepared, { ...settings, addresses, profile, vantage }),
    cycle: ({ cycleId, profile, onProgress }) => {
      const asked = { ...settings, cycleId, profile, clock: systemClock() };
      const progress = onProgress === undefined ? {} : { onProgress };
      const { raw, loaded } = prepared;
      const osDetection = loaded.config.os_detection;
      const runner = createShardRunner({ ...asked, scanner, raw, scripts: SCRIPTS, osDetection, ...progress });
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
  return planDigest({ ...cycle, osDetection: loaded.config.os_detection, scripts: SCRIPTS, shardSize: null, tools });
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

function scannerOf(prepared: Prepared, targets: TargetPlan, vantage: string): Scanner {
  const { loaded, stateDirectory, nmap, raw } = prepared;
  const planned = new Set(targets.addresses);
  return createNmapScanner({
    nmapPath: nmap,
    privilege: raw ? "raw" : "connect",
    workDir: join(stateDirectory, "work"),
    rawDir: join(stateDirectory, "raw"),
    nseDir: packagePath("nse-scripts"),
    exclude: targets.excluded,
    inScope: (address) => planned.has(address),
    fragile: addressTest(loaded.config.fragile),
    vantage,
    clock: systemClock(),
  });
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
    fix: "Install nmap (Debian: apt-get install nmap), or name it under nmap.path.",
  };
}

function servicesText(nmap: string): string | null {
  const data = findNmapData(nmap);
  try {
    return data === null ? null : readFileSync(data.services, "utf8");
  } catch {
    return null;
  }
}

/** The own address in the network of the first target, as events name the source of our probes. */
function sourceOf(target: string): { readonly address: string | null; readonly mac: string | null } {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const near = own.find((address) => {
    const network = address.cidr === null ? null : parseCidr(address.cidr);
    return network !== null && target !== "" && cidrContains(network, target);
  });
  const outward = near ?? own.find((address) => !address.internal && address.family === "IPv4");
  const mac = outward === undefined || outward.internal ? null : canonicalMac(outward.mac);
  return { address: outward?.address ?? null, mac };
}
