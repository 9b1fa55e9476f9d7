import type { NmapRun } from "../nmap-run.ts";
import type { RunPlan } from "../scan-plan.ts";

/** Progress of one nmap process, read from its own XML. */
export interface ScanProgress {
  readonly phase: string;
  readonly percent: number | null;
  readonly remainingSeconds: number | null;
}

/**
 * Turns a typed plan into facts. Never throws for what nmap or a host does: a killed, hanging or lying nmap is a run
 * whose verdict says so. Aborting the signal ends nmap and yields a partial run.
 */
export interface Scanner {
  run(
    plan: RunPlan,
    options: { readonly signal: AbortSignal; readonly onProgress?: (p: ScanProgress) => void },
  ): Promise<NmapRun>;
}
