import type { Intervals } from "../lib/intervals.ts";
import type { CertificateSeen } from "./certificate.ts";
import type { CleanText } from "./clean-text.ts";
import type { PortRef, Transport } from "./network.ts";
import type { RunPhase } from "./scan-plan.ts";

/** The states nmap reports for a port, in its own words. */
export type PortState = "open" | "closed" | "filtered" | "unfiltered" | "open|filtered" | "closed|filtered";

/** How sure nmap is: only `probed` with confidence ≥ 8 was answered by the service itself, the rest is a table. */
export interface ServiceObservation {
  readonly name: CleanText;
  readonly product: CleanText | null;
  readonly version: CleanText | null;
  readonly extraInfo: CleanText | null;
  readonly tunnel: "ssl" | null;
  readonly method: "probed" | "table";
  readonly confidence: number;
  readonly cpe: readonly CleanText[];
}

/** Structured output of an NSE script: text, list or table. Keys come from hosts too, hence a Map. */
export type ScriptValue = CleanText | readonly ScriptValue[] | ReadonlyMap<string, ScriptValue>;

export interface ScriptResult {
  readonly id: string;
  /** Null when the script threw or gave free text only: no observation, the previous value stays. */
  readonly value: ScriptValue | null;
  /** The text of the `output` attribute, for people; never compared. */
  readonly output: CleanText;
  readonly failed: boolean;
}

/** What scripts tell of what runs behind a port, already hashed and normalised by `scan/scripts`. Absent: not told. */
export interface PortIdentity {
  /** Canonical values of compared fields, by the id of the field's row. */
  readonly values: Readonly<Record<string, string>>;
  readonly certificate: CertificateSeen;
}

export interface PortObservation extends PortRef {
  readonly state: PortState;
  /** nmap's reason: `syn-ack`, `reset`, `no-response`, … */
  readonly reason: string;
  readonly reasonTtl: number | null;
  readonly service: ServiceObservation | null;
  readonly identity: PortIdentity | null;
  readonly scripts: readonly ScriptResult[];
  /** True after a probe with the other technique said the same in the same cycle. */
  readonly verified: boolean;
}

export interface OsMatch {
  readonly name: CleanText;
  readonly accuracy: number;
  readonly family: CleanText | null;
  readonly vendor: CleanText | null;
  readonly type: CleanText | null;
}

/** Result of `-O`. `families` are those of all matches within 3 points of the best; names flicker, families do not. */
export interface OsObservation {
  readonly matches: readonly OsMatch[];
  readonly families: readonly string[];
  /** One open and one closed TCP port were found: nmap's own condition for a trustworthy guess. */
  readonly goodConditions: boolean;
  /** Stable facts of the raw TCP/IP fingerprint (`T1.T`, `WIN.W1`, `OPS.O1`, `ECN.O`, …); empty if not printed. */
  readonly stack: ReadonlyMap<string, string>;
  /** Looks of one scan that agree on the family of the best match; absent: there was one. */
  readonly looks?: number;
}

/** What was really measured on one host: absence may be concluded inside `ports`, nowhere else. */
export interface Coverage {
  readonly transport: Transport;
  readonly phase: RunPhase;
  readonly ports: Intervals;
}

/** Why a host's evidence is not complete. */
export type HostProblem = "timed-out" | "port-sum-mismatch" | "not-closed" | "oversized" | "unreadable";

/** What one scan saw of one address. */
export interface HostObservation {
  /** Canonical address. */
  readonly address: string;
  readonly state: "up" | "down";
  /** nmap's reason for the host state: `arp-response`, `syn-ack`, `no-response`, `localhost-response`, … */
  readonly stateReason: string;
  /** Upper case with hyphens; null off the local link. */
  readonly mac: string | null;
  readonly macVendor: CleanText | null;
  /** PTR and user-given names, lower case, in the scan's order. */
  readonly names: readonly CleanText[];
  /** End of this host's scan, UTC ms. */
  readonly observedAt: number;
  /** Empty = nothing absent can be concluded (timed out, partial run, only discovered). */
  readonly coverage: readonly Coverage[];
  /** Only ports listed one by one; the rest of the coverage is in {@link otherStates}. */
  readonly ports: readonly PortObservation[];
  /** States that nmap collapsed into `extraports`: state → count, per transport where nmap tells. */
  readonly otherStates: readonly {
    readonly state: PortState;
    readonly count: number;
    readonly transport: Transport | null;
  }[];
  readonly os: OsObservation | null;
  readonly distance: number | null;
  readonly srttMicros: number | null;
  readonly problems: readonly HostProblem[];
  /** Number of ports when the host answered open on implausibly many and was aggregated; else null. */
  readonly allPortsOpen: number | null;
  /** Ports to be asked again of a host that was aggregated; absent otherwise. */
  readonly sample?: readonly PortRef[];
  /** How many ports that were open answered a second probe of this cycle alike, and how many otherwise. */
  readonly recheck?: { readonly same: number; readonly other: number };
  /** Fields that the sanitiser cut, by name. */
  readonly truncated: readonly string[];
}
