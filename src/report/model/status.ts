import type { VerdictCount } from "../../domain/verdicts.ts";
import type { ShownSafe } from "./safe.ts";
import type { CycleRecord } from "../../domain/ports/stores.ts";

/** How the agent, the last scan and the outputs are. Times are UTC ms or ISO 8601, as programs know them. */
export interface StatusView {
  readonly kind: "status";
  readonly segment: string;
  readonly agent: { readonly pid: number | null; readonly since: number | null; readonly stopped: boolean } | null;
  /** Where commands ask the running agent, or why they cannot; null: no agent runs, or one that says nothing of it. */
  readonly control: { readonly socket: string | null; readonly reason: string | null } | null;
  /** A command that works on the state just now. */
  readonly busy: { readonly pid: number | null; readonly since: number | null } | null;
  readonly rejectedConfig: { readonly at: string; readonly reason: string } | null;
  readonly lastScan: ShownScan | null;
  readonly baseline: {
    readonly mature: boolean;
    readonly scans: number;
    readonly needed: number;
    readonly hosts: number;
    /** Absent: every scan teaches. */
    readonly safe?: ShownSafe;
  };
  readonly openAnomalies: number;
  readonly outputs: readonly ShownOutput[];
  /** How anomalies of the last 30 days turned out, as operators closed them, by kind. */
  readonly verdicts: readonly VerdictCount[];
  /** All mutes, and those of them that should be removed or narrowed. */
  readonly mutes: { readonly total: number; readonly dead: number; readonly expired: number; readonly wide: number };
  /** Everything that makes the exit code 3; empty: all is well. */
  readonly notWell: readonly string[];
}

export interface ShownScan {
  readonly at: string;
  readonly state: CycleRecord["state"];
  readonly took: string;
  readonly reason: string | null;
  readonly tookMs: number;
}

export interface ShownOutput {
  readonly name: string;
  readonly state: string;
  readonly waiting: number;
  readonly dead: number;
  readonly reason: string | null;
}
