import type { NmapRun } from "../nmap-run.ts";
import type { RunPlan } from "../scan-plan.ts";

/** Progress of one nmap process, read from its own XML. */
export interface ScanProgress {
  readonly phase: string;
  readonly percent: number | null;
  readonly remainingSeconds: number | null;
}

/** An nmap process while it scans. */
export interface RunningNmap {
  /** False when it had ended already. */
  kill(signal: NodeJS.Signals): boolean;
}

export interface ScanRunOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** Each task of the run ("SYN Stealth Scan", "Service scan"), within milliseconds after nmap wrote that it begins. */
  readonly onTask?: (task: string, nmap: RunningNmap) => void;
}

/**
 * Turns a typed plan into facts. Never throws for what nmap or a host does: a killed, hanging or lying nmap is a run
 * whose verdict says so. Aborting the signal ends nmap and yields a partial run.
 */
export interface Scanner {
  run(plan: RunPlan, options: ScanRunOptions): Promise<NmapRun>;
}
