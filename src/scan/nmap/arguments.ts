import type { Pace, RunPlan } from "../../domain/scan-plan.ts";
import { formatIntervals } from "../../lib/intervals.ts";
import { addressVersion } from "../../lib/ip.ts";
import { PACKETS_PER_SECOND } from "../plan/estimate.ts";

/** Raw sockets, or TCP connections only. */
export type Privilege = "raw" | "connect";

/** Everything of a run that is not in its plan; absolute paths, made and checked by the runner. */
export interface RunFiles {
  readonly privilege: Privilege;
  readonly xmlFile: string;
  readonly nseDir: string;
  readonly scriptFiles: readonly string[];
  readonly scriptArgsFile: string | null;
  readonly probeFile: string | null;
  /** Canonical CIDRs that are never touched. */
  readonly exclude: readonly string[];
}

// nmap tries a lost probe 10 times with -T3 and 6 times with -T4. Never below 2: at 5 % loss it would miss ports.
const PACE: Readonly<Record<Pace, readonly string[]>> = {
  polite: ["-T3", "--max-rate", String(PACKETS_PER_SECOND.polite)],
  normal: ["-T4", "--max-rate", String(PACKETS_PER_SECOND.normal)],
  fast: ["-T4", "--min-rate", String(PACKETS_PER_SECOND.fast), "--max-retries", "4"],
};
// A server that never answers costs this much once per script; a slow one that does answer needs less.
const SCRIPT_TIMEOUT = "6s";
// The timestamp request exists in IPv4 only: nmap refuses to start with it and -6. On the local link nmap asks by ARP or
// neighbour discovery instead.
const RAW_DISCOVERY: Readonly<Record<4 | 6, readonly string[]>> = {
  4: ["-PE", "-PP", "-PS22,80,443", "-PA80,443"],
  6: ["-PE", "-PS22,80,443", "-PA80,443"],
};
const CONNECT_DISCOVERY = ["-PS22,80,443"];

/** Plan → argv without the program: the only place that knows nmap's options. Targets are last, after `--`. */
export function nmapArguments(plan: RunPlan, files: RunFiles): readonly string[] {
  const version = familyOf(plan);
  return [
    // A run never waits for a key, never fetches a style sheet, and writes the same amount of detail every time.
    "--noninteractive",
    "--no-stylesheet",
    "--unique",
    "--stats-every",
    "5s",
    plan.osDetection ? "-vv" : "-v",
    "--datadir",
    files.nseDir,
    "-oX",
    files.xmlFile,
    ...PACE[plan.pace],
    ...nameResolution(plan),
    ...(files.privilege === "connect" ? ["--unprivileged"] : []),
    ...(version === 6 ? ["-6"] : []),
    ...discovery(plan, files.privilege),
    ...ports(plan),
    ...versionDetection(plan, files),
    ...(plan.osDetection ? ["-O", "--max-os-tries", "1"] : []),
    ...scripts(files),
    ...excluded(files.exclude, version),
    "--",
    ...plan.addresses,
  ];
}

/** One nmap speaks one family; the plan check refuses a run with both. */
function familyOf({ addresses: [first] }: RunPlan): 4 | 6 {
  return first === undefined ? 4 : addressVersion(first);
}

/** nmap keeps only the last --exclude, so it is one list; the other family has no place in it. */
function excluded(networks: readonly string[], version: 4 | 6): readonly string[] {
  const own = networks.filter((network) => addressVersion(network) === version);
  return own.length > 0 ? ["--exclude", own.join(",")] : [];
}

/** PTR names are evidence of identity; one look per cycle is enough, and loopback has none worth the wait. */
function nameResolution(plan: RunPlan): readonly string[] {
  const loopback = plan.addresses.every((address) => address.startsWith("127.") || address === "::1");
  return plan.phase === "ports" && !loopback ? [] : ["-n"];
}

function discovery(plan: RunPlan, privilege: Privilege): readonly string[] {
  if (plan.assumeUp) return ["-Pn"];
  return privilege === "raw" ? RAW_DISCOVERY[familyOf(plan)] : CONNECT_DISCOVERY;
}

function ports(plan: RunPlan): readonly string[] {
  const tcp = plan.ports.get("tcp") ?? [];
  const udp = plan.ports.get("udp") ?? [];
  const lists = [tcp.length > 0 ? `T:${formatIntervals(tcp)}` : "", udp.length > 0 ? `U:${formatIntervals(udp)}` : ""];
  const techniques = [tcp.length > 0 ? (plan.technique === "syn" ? "-sS" : "-sT") : "", udp.length > 0 ? "-sU" : ""];
  return [...techniques.filter((t) => t !== ""), "-p", lists.filter((list) => list !== "").join(",")];
}

function versionDetection(plan: RunPlan, files: RunFiles): readonly string[] {
  if (plan.versionIntensity === null) return [];
  const probes = files.probeFile === null ? [] : ["--versiondb", files.probeFile];
  return ["-sV", "--version-intensity", String(plan.versionIntensity), ...probes];
}

/** Scripts by absolute path only: a name or a category would load more than was checked. */
function scripts(files: RunFiles): readonly string[] {
  const limit = ["--script-timeout", SCRIPT_TIMEOUT];
  const args = files.scriptArgsFile === null ? [] : ["--script-args-file", files.scriptArgsFile];
  return files.scriptFiles.length > 0
    ? ["--script", files.scriptFiles.join(","), ...limit, ...args]
    : [...limit, ...args];
}
