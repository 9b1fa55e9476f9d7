import type { NmapRun, RawFile } from "../domain/nmap-run.ts";
import type { Prober } from "../domain/ports/prober.ts";
import type { ScanExtent, ScannedShard, ScanSource } from "../domain/ports/scan-source.ts";
import { comparabilityOf, techniqueOf } from "./quality/comparability.ts";
import { applyVerdict, judgeRun } from "./quality/judge.ts";
import type { NmapDocument } from "./xml/document.ts";
import { readNmapFile } from "./xml/read.ts";

export interface RecordedOptions {
  /** Shard number of the run; default 0. */
  readonly shard?: number;
  /** Where the file was archived, if it was. */
  readonly archive?: RawFile | null;
  /** UTC ms: the time of a file that tells none, because nothing of it can be read; default 0. */
  readonly undatedAt?: number;
}

export interface RecordedScan {
  readonly run: NmapRun;
  /** UTC ms. `endedAt` = finish time of the file, else its last host's end, else its start, else that of its reading. */
  readonly clock: { readonly startedAt: number; readonly endedAt: number };
  readonly sha256: string;
  readonly bytes: number;
}

const MAX_ARGV = 256;

/**
 * A recorded XML file as one run of phase `ports`, with the services, scripts and operating systems that it holds. Its
 * own `scaninfo` is the plan. An unreadable file is a failed run, not an exception.
 */
export async function readRecordedScan(path: string, options: RecordedOptions = {}): Promise<RecordedScan> {
  const document = await readNmapFile(path, { phase: "ports" });
  const clock = clockOf(document, options.undatedAt ?? 0);
  return { run: runOf(document, clock, options), clock, sha256: document.sha256, bytes: document.bytes };
}

function runOf(document: NmapDocument, clock: RecordedScan["clock"], options: RecordedOptions): NmapRun {
  const verdict = judgeRun(document, { kind: "recorded" });
  const { trailer, tally, header } = document;
  return {
    shard: options.shard ?? 0,
    n: 0,
    phase: "ports",
    technique: techniqueOf(document),
    argv: (header?.args ?? "")
      .split(/\s+/)
      .filter((word) => word !== "")
      .slice(0, MAX_ARGV),
    exitCode: null,
    signal: null,
    startedAt: clock.startedAt,
    endedAt: clock.endedAt,
    completeness: verdict.completeness,
    problems: verdict.problems,
    reason: verdict.reason,
    nmapVersion: header?.version ?? null,
    comparability: comparabilityOf({
      document,
      plan: null,
      scriptHashes: new Map(),
      probesHash: null,
      privilege: null,
      vantage: null,
    }),
    planned:
      verdict.completeness === "complete"
        ? Math.max(trailer?.hostsTotal ?? 0, tally.addresses.size)
        : plannedAtLeast(document),
    hostsUp: tally.up,
    hostsDown: verdict.provesAbsence ? (trailer?.hostsDown ?? tally.down) : 0,
    hosts: applyVerdict(verdict, document.hosts),
    scriptErrors: tally.scriptErrors,
    raw: options.archive ?? null,
  };
}

/** An incomplete file names at least the hosts it holds; its own count is believed only when it is plausible. */
function plannedAtLeast(document: NmapDocument): number {
  const total = document.trailer?.hostsTotal ?? 0;
  return Math.max(total < 2 ** 32 - 1 ? total : 0, document.tally.addresses.size);
}

function clockOf(document: NmapDocument, undatedAt: number): RecordedScan["clock"] {
  const start = document.header?.startMs ?? null;
  const lastHost = document.hosts.reduce((latest, host) => Math.max(latest, host.observedAt), 0);
  const endedAt = document.trailer?.finishedMs ?? (lastHost > 0 ? lastHost : (start ?? undatedAt));
  // A clock that was set back while nmap ran would make a scan that ends before it begins.
  return { startedAt: Math.min(start ?? endedAt, endedAt), endedAt };
}

/** What was measured before as a source of facts; hosts outside the scope are dropped and counted. */
export function recordedSource(
  recorded: readonly ScannedShard[],
  inScope: (address: string) => boolean,
  asked: Pick<ScanExtent, "gaps" | "narrowed">,
): ScanSource {
  const shards = recorded.map((shard) => ({
    ...shard,
    runs: shard.runs.map((run) => ({ ...run, hosts: run.hosts.filter((host) => inScope(host.address)) })),
  }));
  return {
    // oxlint-disable-next-line require-await -- what was read is still a source of shards
    shards: async function* replayed() {
      yield* shards;
    },
    extent: () => ({ ...asked, outOfScope: addresses(recorded).size - addresses(shards).size }),
  };
}

function addresses(shards: readonly ScannedShard[]): ReadonlySet<string> {
  return new Set(shards.flatMap((shard) => shard.runs.flatMap((run) => run.hosts.map((host) => host.address))));
}

/** Nobody can be asked about the past: positive evidence opens unconfirmed, unless it was verified then. */
export function noProber(): Prober {
  const unavailable = () => Promise.resolve({ kind: "unavailable" } as const);
  return { probe: unavailable, search: unavailable };
}
