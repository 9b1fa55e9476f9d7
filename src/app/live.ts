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
import { liveSource } from "../pipeline/live-source.ts";
import type { ScanSource } from "../pipeline/tick.ts";
import { findNmapData } from "../scan/nmap/data-files.ts";
import { readPrivilege } from "../scan/nmap/privilege.ts";
import { createNmapScanner } from "../scan/nmap/scanner.ts";
import { toolsDigest } from "../scan/nmap/tools-digest.ts";
import { planDigest } from "../scan/plan/plan-digest.ts";
import { planPorts } from "../scan/plan/ports.ts";
import { planTargets } from "../scan/plan/targets.ts";
import { createShardRunner } from "../scan/shard-runner.ts";
import type { OperationFailure } from "./operations/failure.ts";
import { packagePath } from "./package-root.ts";
import { addressTest, scopeTest } from "./settings.ts";
import { systemClock } from "./wiring.ts";

/** Scripts that identify what answers: our banner script and two stock ones, all in the manifest. */
const SCRIPTS = ["tripline-banner", "ssh-hostkey", "ssl-cert"];

/** Everything that can scan now: checked nmap, typed scope, ports. */
export interface LiveScanner {
  readonly technique: Technique;
  readonly raw: boolean;
  readonly source: { readonly address: string | null; readonly mac: string | null };
  readonly addresses: readonly string[];
  /** Equal for two cycles of which one may go on where the other was interrupted. */
  planDigest(profile: Profile): string;
  cycle(options: LiveCycleOptions): { readonly source: ScanSource; readonly prober: Prober };
}

export interface LiveCycleOptions {
  readonly cycleId: string;
  readonly profile: Profile;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export function prepareLive(loaded: LoadedConfig, stateDirectory: string): Result<LiveScanner, OperationFailure> {
  const { config } = loaded;
  const nmap = findExecutable(config.nmap.path);
  if (nmap === null) return err(nmapMissing(config.nmap.path));
  const ports = planPorts(config.ports, servicesText(nmap));
  if (!ports.ok)
    return err({
      code: "TL120",
      exit: 78,
      what: ports.error,
      effect: "Nothing was scanned.",
      fix: "List the ports in the configuration.",
    });
  const targets = planTargets({ targets: config.targets, exclude: config.exclude, resolve: () => null });
  if (!targets.ok) {
    const what = targets.error.map((refusal) => `${refusal.text}: ${refusal.reason}`).join("; ");
    return err({
      code: "TL121",
      exit: 78,
      what,
      effect: "Nothing was scanned.",
      fix: "Correct targets and exclude in the configuration.",
    });
  }
  return ok(liveScanner({ loaded, stateDirectory, nmap, ports: ports.value, ...targets.value }));
}

interface Made {
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
  readonly nmap: string;
  readonly ports: Intervals;
  readonly addresses: readonly string[];
  readonly excluded: readonly string[];
}

function liveScanner(made: Made): LiveScanner {
  const { loaded, addresses } = made;
  const { raw } = readPrivilege();
  const technique: Technique = raw ? "syn" : "connect";
  const source = sourceOf(addresses[0] ?? "");
  const scanner = scannerOf(made, { raw, vantage: source.address ?? "unknown" });
  const fragile = new Set(addresses.filter(addressTest(loaded.config.fragile)));
  const { pace, os_detection: osDetection } = loaded.config;
  const ports = new Map([["tcp" as const, made.ports]]);
  const common = { technique, fragile, pace, clock: systemClock() };
  const tools = toolsDigest(made.nmap, packagePath("nse-scripts"));
  const vantage = source.address ?? "unknown";
  const digested = { ...common, addresses, ports, osDetection, scripts: SCRIPTS, shardSize: null, vantage, tools };
  return {
    technique,
    raw,
    source,
    addresses,
    planDigest: (profile) => planDigest({ ...digested, profile }),
    cycle: ({ cycleId, profile, onProgress }) => {
      const progress = onProgress === undefined ? {} : { onProgress };
      const asked = { ...common, cycleId, profile };
      const runner = createShardRunner({ ...asked, scanner, raw, scripts: SCRIPTS, osDetection, ...progress });
      return { source: liveSource({ ...asked, runner, addresses, ports }), prober: runner };
    },
  };
}

function scannerOf(made: Made, how: { readonly raw: boolean; readonly vantage: string }): Scanner {
  return createNmapScanner({
    nmapPath: made.nmap,
    privilege: how.raw ? "raw" : "connect",
    workDir: join(made.stateDirectory, "work"),
    rawDir: join(made.stateDirectory, "raw"),
    nseDir: packagePath("nse-scripts"),
    exclude: made.excluded,
    inScope: scopeTest(made.loaded),
    fragile: addressTest(made.loaded.config.fragile),
    vantage: how.vantage,
    clock: systemClock(),
  });
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
