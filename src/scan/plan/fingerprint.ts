import type { HostObservation, PortObservation } from "../../domain/observation.ts";
import { spread } from "../../domain/port-burst.ts";
import type { PortRef } from "../../domain/network.ts";
import type { RunPlan, ScanPlan, ShardPlan } from "../../domain/scan-plan.ts";
import { fromNumbers, includes, type Intervals, union } from "../../lib/intervals.ts";
import { closedPort } from "./closed-port.ts";
import { guardedPorts } from "./guard.ts";
import { withDeadline } from "./plan.ts";

/**
 * One intensity and one wait for every run: they are part of the comparability key of services, and a key that
 * alternated would make the whole segment be relearned each time. 2 is nmap's `--version-light`.
 */
export const VERSION_INTENSITY = 2;
/** A service or operating system that was not identified is probed again after a week, because probing is slow. */
const SILENT_REFRESH_MS = 7 * 24 * 3_600_000;
/** More unknown open ports than this on one host are asked by sample. */
const MOST_UNKNOWN = 64;

/** What the baseline knows about the fingerprint of one open port. */
export interface PortKnowledge {
  readonly fingerprinted: { readonly at: number; readonly identified: boolean } | null;
  /** Something about the port changed in this cycle: ask again whatever the refresh time says. */
  readonly changed: boolean;
}

/** What the baseline knows about the operating system at one address. */
export interface OsKnowledge {
  readonly identified: boolean;
  /** UTC ms, whatever came of it; null = never asked. */
  readonly askedAt: number | null;
  /** It was another one the last time: asked again until it is certain. */
  readonly doubtful: boolean;
}

export interface FingerprintInput {
  readonly shard: ShardPlan;
  readonly profile: ScanPlan["profile"];
  /** What the shard's `ports` run saw. */
  readonly seen: readonly HostObservation[];
  readonly knowledge: (address: string, port: PortRef) => PortKnowledge;
  readonly fragile: ReadonlySet<string>;
  readonly os: (address: string) => OsKnowledge;
  readonly osDetection: boolean;
  /** Manifest ids to run with the version detection. */
  readonly scripts: readonly string[];
  /** Time of the cycle, UTC ms. */
  readonly now: number;
  /** Number of the first run made here, unique in its shard. */
  readonly firstN: number;
}

interface Candidate {
  readonly address: string;
  readonly ports: Intervals;
  /** Never to be touched by a run that sends payload. */
  readonly spared: Intervals;
  readonly os: boolean;
}

/** The work list of version detection: open TCP ports with a reason, grouped into as few nmap runs as is harmless. */
export function planFingerprint(input: FingerprintInput): readonly RunPlan[] {
  const candidates = input.seen.flatMap((host) => candidateOf(host, input) ?? []);
  return grouped(candidates).map((group, i) => fingerprintRun(group, input, input.firstN + i));
}

function candidateOf(host: HostObservation, input: FingerprintInput): Candidate | null {
  if (host.state !== "up" || host.allPortsOpen !== null || input.fragile.has(host.address)) return null;
  const guarded = guardedPorts(host);
  const open = host.ports.filter((port) => port.transport === "tcp" && port.state === "open");
  const allowed = open.filter((port) => !includes(guarded, port.number));
  const due = duePorts(host, allowed, input);
  const os = wantsOs(host, input) ? closedPort(host, guarded, input.shard.ports.ports.get("tcp") ?? []) : null;
  if (due.length === 0 && os === null) return null;
  // nmap trusts its guess only with one open and one closed port in the same run.
  const asked = due.length > 0 ? due : allowed.slice(0, 1);
  const ports = fromNumbers([...asked.map((port) => port.number), ...(os === null ? [] : [os])]);
  const left = open.map((port) => port.number).filter((number) => !includes(ports, number));
  return { address: host.address, ports, spared: union(guarded, fromNumbers(left)), os: os !== null };
}

/** Hundreds of unknown open ports are not identified one by one: a sample is enough. */
function duePorts(
  { address }: HostObservation,
  open: readonly PortObservation[],
  input: FingerprintInput,
): readonly PortObservation[] {
  const due = open.filter((port) => isDue(input.knowledge(address, port), input));
  const unknown = due.filter((port) => input.knowledge(address, port).fingerprinted === null);
  const asked = new Set(spread(unknown, MOST_UNKNOWN));
  return due.filter((port) => asked.has(port) || !unknown.includes(port));
}

function isDue(known: PortKnowledge, input: FingerprintInput): boolean {
  if (known.fingerprinted === null || known.changed || known.fingerprinted.identified) return true;
  return input.now - known.fingerprinted.at >= SILENT_REFRESH_MS;
}

function wantsOs(host: HostObservation, input: FingerprintInput): boolean {
  const possible = input.osDetection && input.shard.ports.technique === "syn";
  const open = host.ports.some((port) => port.transport === "tcp" && port.state === "open");
  return possible && open && (input.profile === "deep" || osDue(input.os(host.address), input.now));
}

/** Many hosts never match anything: the attempt counts, or they would be asked in every cycle. */
function osDue({ identified, askedAt, doubtful }: OsKnowledge, now: number): boolean {
  return doubtful || (!identified && (askedAt === null || now - askedAt >= SILENT_REFRESH_MS));
}

/**
 * nmap takes one port list for all hosts of a run: hosts share a run only while no host gets a port it must be spared.
 */
function grouped(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const groups: { members: Candidate[]; ports: Intervals; spared: Intervals; os: boolean }[] = [];
  for (const candidate of candidates) {
    const group = groups.find(
      (g) => g.os === candidate.os && disjoint(union(g.ports, candidate.ports), union(g.spared, candidate.spared)),
    );
    if (group === undefined) groups.push({ ...candidate, members: [candidate] });
    else {
      group.members.push(candidate);
      group.ports = union(group.ports, candidate.ports);
      group.spared = union(group.spared, candidate.spared);
    }
  }
  return groups.map((group) => group.members);
}

function disjoint(a: Intervals, b: Intervals): boolean {
  return !a.some(([from, to]) => b.some(([low, high]) => low <= to && high >= from));
}

function fingerprintRun(group: readonly Candidate[], input: FingerprintInput, n: number): RunPlan {
  const { cycleId, pace, technique } = input.shard.ports;
  return withDeadline({
    cycleId,
    shard: input.shard.n,
    n,
    phase: "fingerprint",
    technique: technique === "udp" ? "connect" : technique,
    addresses: group.map((candidate) => candidate.address),
    ports: new Map([["tcp", union(...group.map((candidate) => candidate.ports))]]),
    assumeUp: true,
    versionIntensity: VERSION_INTENSITY,
    shortWait: true,
    osDetection: group.some((candidate) => candidate.os),
    scripts: input.scripts,
    pace,
  });
}
