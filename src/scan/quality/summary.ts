import type { FieldFamily } from "../../domain/fields/row.ts";
import type { ScanSummary } from "../../domain/cycle.ts";
import {
  type Completeness,
  type NmapRun,
  provesAbsence,
  type RawFile,
  type RunProblem,
} from "../../domain/nmap-run.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { size, union } from "../../lib/intervals.ts";

export interface SummaryInput {
  /** All runs of the cycle, with their verdicts. */
  readonly runs: readonly NmapRun[];
  /** The merged observations, out-of-scope hosts already dropped. */
  readonly hosts: readonly HostObservation[];
  /** Addresses of the plan over all shards; null takes the sum of the runs that judge presence. */
  readonly planned: number | null;
  readonly outOfScope: number;
  /** Targets that could not be asked, each with the reason. */
  readonly gaps?: readonly string[];
  /** Only a part of the scope was asked, on purpose. */
  readonly narrowed?: boolean;
}

/** The cycle as a whole. A fingerprint or script run that failed costs details, never the completeness of presence. */
export function summarise(input: SummaryInput): ScanSummary {
  const { runs, hosts } = input;
  const judging = judgingRuns(runs);
  const asked = input.planned ?? judging.reduce((sum, run) => sum + run.planned, 0);
  const down = judging.filter((run) => run.completeness !== "failed").reduce((sum, run) => sum + run.hostsDown, 0);
  const up = hosts.filter((host) => host.state === "up");
  const partial = up.filter((host) => !isMeasured(host)).length;
  // What was dropped was not planned; what answered was, whatever a file counts.
  const planned = Math.max(asked - input.outOfScope, up.length);
  // A killed nmap writes 4294967295 hosts down; whatever it counted, no more can be down than were planned.
  const quiet = judging.every(provesAbsence) ? Math.min(down, planned - up.length) : 0;
  const unmeasured = planned - up.length - quiet;
  return {
    ...withGaps(verdictOf(judging), input.gaps ?? []),
    method: judging[0]?.technique ?? "syn",
    nmapVersion: judging[0]?.nmapVersion ?? null,
    coverage: planned === 0 ? 0 : (planned - unmeasured - partial) / planned,
    hosts: { planned, up: up.length, partial, unmeasured },
    ports: { probed: probedPorts(up), open: openPorts(up) },
    scriptErrors: [...new Set(runs.flatMap((run) => run.scriptErrors))].toSorted(),
    comparability: familyKeys(runs),
    raw: rawOf(judging),
    outOfScope: input.outOfScope,
    narrowed: input.narrowed ?? false,
  };
}

/** Absence comes from `ports` runs alone. */
function judgingRuns(runs: readonly NmapRun[]): readonly NmapRun[] {
  return runs.filter((run) => run.phase === "ports");
}

type Verdict = Pick<ScanSummary, "completeness" | "problems" | "reason">;

function verdictOf(runs: readonly NmapRun[]): Verdict {
  const flawed = runs.filter((run) => run.completeness !== "complete");
  const problems = [...new Set(flawed.flatMap((run): readonly RunProblem[] => run.problems))];
  const reasons = flawed.flatMap((run) => run.reason ?? []);
  const more = reasons.length > 1 ? `; ${reasons.length - 1} more of ${runs.length} runs incomplete` : "";
  return { completeness: worst(runs), problems, reason: reasons.length === 0 ? null : `${reasons[0]}${more}` };
}

/** A target that was not asked leaves a hole in the scan, however well the rest went. */
function withGaps(verdict: Verdict, gaps: readonly string[]): Verdict {
  const [first, ...others] = gaps;
  if (first === undefined) return verdict;
  const text = others.length === 0 ? first : `${first}; ${others.length} more targets were not asked`;
  return {
    completeness: verdict.completeness === "complete" ? "partial" : verdict.completeness,
    problems: [...verdict.problems, "target-unresolved"],
    reason: verdict.reason === null ? text : `${verdict.reason}; ${text}`,
  };
}

function worst(runs: readonly NmapRun[]): Completeness {
  if (runs.every((run) => run.completeness === "failed")) return "failed";
  return runs.every((run) => run.completeness === "complete") ? "complete" : "partial";
}

function isMeasured({ problems, coverage, allPortsOpen }: HostObservation): boolean {
  return problems.length === 0 && (coverage.length > 0 || allPortsOpen !== null);
}

function probedPorts(hosts: readonly HostObservation[]): number {
  return hosts.reduce((sum, host) => {
    const transports = [...new Set(host.coverage.map((c) => c.transport))];
    const sets = transports.map((t) => union(...host.coverage.filter((c) => c.transport === t).map((c) => c.ports)));
    return sum + sets.reduce((n, ports) => n + size(ports), 0);
  }, 0);
}

function openPorts(hosts: readonly HostObservation[]): number {
  return hosts.reduce((sum, h) => sum + (h.allPortsOpen ?? h.ports.filter((p) => p.state === "open").length), 0);
}

/** One key per family: the first run that measured it decides, since later ones only fill in what it missed. */
function familyKeys(runs: readonly NmapRun[]): ReadonlyMap<FieldFamily, string> {
  const keys = new Map<FieldFamily, string>();
  const put = (family: FieldFamily, key: string | null) => {
    if (key !== null && !keys.has(family)) keys.set(family, key);
  };
  for (const run of judgingRuns(runs)) put("presence", run.comparability.presence);
  for (const run of runs.filter((r) => r.completeness !== "failed" && r.phase !== "verify")) {
    put("service", run.comparability.service);
    put("os", run.comparability.os);
    for (const [id, key] of run.comparability.scripts) put(`script:${id}`, key);
  }
  return keys;
}

function rawOf(runs: readonly NmapRun[]): ScanSummary["raw"] {
  const raw: RawFile | null | undefined = runs.find((run) => run.raw !== null)?.raw;
  return raw === null || raw === undefined ? null : { ref: raw.path, sha256: raw.sha256, bytes: raw.bytes };
}
