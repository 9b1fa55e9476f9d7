import type { Intervals } from "../lib/intervals.ts";
import type { Transport } from "./network.ts";

/** What a scan is for: `deep` identifies everything again. */
export type Profile = "ports" | "deep";
export type Pace = "polite" | "normal" | "fast";
export type RunPhase = "ports" | "fingerprint" | "scripts" | "verify";
/** How TCP ports are probed: raw SYN needs a privilege, connect does not. */
export type Technique = "syn" | "connect" | "udp";

/** One nmap process, typed: `scan/nmap` alone turns it into arguments. */
export interface RunPlan {
  readonly cycleId: string;
  readonly shard: number;
  readonly n: number;
  readonly phase: RunPhase;
  readonly technique: Technique;
  /** Canonical single addresses, sorted, without duplicates, inside the configured scope. */
  readonly addresses: readonly string[];
  readonly ports: ReadonlyMap<Transport, Intervals>;
  /** Probe although discovery did not answer (`-Pn`). */
  readonly assumeUp: boolean;
  /** Version detection intensity 0–9, or null for none. */
  readonly versionIntensity: number | null;
  /** Use the run-time probe file with the short NULL-probe wait. */
  readonly shortWait: boolean;
  readonly osDetection: boolean;
  /** Manifest ids; the runner resolves and checks them. */
  readonly scripts: readonly string[];
  readonly pace: Pace;
  /** Our own wall-clock limit for the process, ms. */
  readonly deadlineMs: number;
}

/**
 * Shard number of what a cycle asks again. A plan has at most 65,536 addresses and no shard is empty, so the shards of
 * a plan never reach it.
 */
export const CHECK_SHARD = 65_536;

/** Hosts scanned together; the unit of progress, memory, resume and quarantine. */
export interface ShardPlan {
  readonly n: number;
  readonly addresses: readonly string[];
  readonly ports: RunPlan;
}

export interface ScanPlan {
  readonly cycleId: string;
  readonly profile: Profile;
  readonly shards: readonly ShardPlan[];
  /** Addresses left out because nothing but discovery may touch them, with the reason for the operator. */
  readonly notes: readonly string[];
}

/** What a run sends and how long it takes, for the question "may I start this here?". */
export interface RunEstimate {
  /** Discovery and one probe per port of every address. Lost probes are sent again; silent addresses get no ports. */
  readonly packets: number;
  /** At the rate cap of the pace; waiting for hosts that do not answer comes on top. */
  readonly seconds: number;
  /** Our own limit: nmap is ended then, whatever it does. */
  readonly deadlineSeconds: number;
}

/** What would be started for one shard. */
export interface ShardPreview {
  readonly shard: number;
  readonly addresses: number;
  readonly ports: number;
  readonly argv: readonly string[];
  readonly estimate: RunEstimate;
}

export interface ScanPreview {
  readonly shards: readonly ShardPreview[];
  /** Targets that would not be measured, and what fragile hosts are spared. */
  readonly notes: readonly string[];
}
