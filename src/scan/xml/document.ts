import type { CleanText } from "../../domain/clean-text.ts";
import type { Transport } from "../../domain/network.ts";
import type { RunProblem } from "../../domain/nmap-run.ts";
import type { HostObservation } from "../../domain/observation.ts";
import type { ScanProgress } from "../../domain/ports/scanner.ts";
import type { Intervals } from "../../lib/intervals.ts";

/** One `scaninfo` line: what nmap says it was told to probe with one technique. */
export interface ScanInfo {
  /** nmap's word: `syn`, `connect`, `udp`, `ack`, `sctpinit`, … */
  readonly type: string;
  readonly protocol: Transport;
  readonly numServices: number;
  readonly services: Intervals;
}

/** What is before the first host. */
export interface NmapHeader {
  readonly scanner: CleanText;
  readonly version: CleanText | null;
  readonly xmlOutputVersion: CleanText | null;
  /** The command line as nmap wrote it down; for people and for the allow-list of comparability. */
  readonly args: CleanText;
  /** UTC ms. */
  readonly startMs: number | null;
}

/** `runstats`: written only by an nmap that came to its end, successful or not. */
export interface NmapTrailer {
  /** UTC ms. */
  readonly finishedMs: number | null;
  readonly exit: CleanText | null;
  readonly errorMessage: CleanText | null;
  readonly elapsedSeconds: number | null;
  readonly hostsUp: number | null;
  readonly hostsDown: number | null;
  readonly hostsTotal: number | null;
}

/** A reason against believing the document, with the sentence for people. */
export interface DocumentProblem {
  readonly problem: RunProblem;
  readonly text: string;
  /** `host`: one host failed alone and already lost its coverage. `run`: nothing absent may be concluded at all. */
  readonly scope: "run" | "host";
}

/** A problem of the whole run. */
export function runProblem(problem: RunProblem, text: string): DocumentProblem {
  return { problem, text, scope: "run" };
}

/** A problem of one host, which has already lost its coverage for it. */
export function hostProblem(problem: RunProblem, text: string): DocumentProblem {
  return { problem, text, scope: "host" };
}

/** Every host element counted, even when the observations went to a streaming consumer. */
export interface HostTally {
  readonly up: number;
  readonly down: number;
  /** Addresses of up and down hosts, each once. */
  readonly addresses: ReadonlySet<string>;
  /** Ids of scripts that threw, sorted. */
  readonly scriptErrors: readonly string[];
  readonly scriptsSeen: readonly string[];
  /** `method="probed"` or an OS match was seen: version or OS detection ran. */
  readonly servicesProbed: boolean;
  readonly osGuessed: boolean;
}

/** One nmap XML file as far as it could be read; every failure is in `problems`, none is thrown. */
export interface NmapDocument {
  readonly header: NmapHeader | null;
  readonly scanInfo: readonly ScanInfo[];
  readonly verbose: number;
  /** Empty when the caller took the hosts one by one. */
  readonly hosts: readonly HostObservation[];
  readonly tally: HostTally;
  readonly trailer: NmapTrailer | null;
  readonly skippedTargets: readonly CleanText[];
  readonly progress: ScanProgress | null;
  readonly problems: readonly DocumentProblem[];
  readonly wellFormed: boolean;
  readonly bytes: number;
  readonly sha256: string;
}
