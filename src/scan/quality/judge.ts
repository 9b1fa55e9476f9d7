import type { Completeness, RunProblem } from "../../domain/nmap-run.ts";
import type { HostObservation } from "../../domain/observation.ts";
import type { RunPlan } from "../../domain/scan-plan.ts";
import { type DocumentProblem, type NmapDocument, runProblem } from "../xml/document.ts";
import { listsOpenOnly } from "./args.ts";
import { planProblems, recordedProblems } from "./expectation.ts";

/** What the document is held against. */
export type RunExpectation =
  /** A run of our own: the plan, and how the process ended. */
  | {
      readonly kind: "planned";
      readonly plan: RunPlan;
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly deadlineHit: boolean;
      readonly outputCapHit: boolean;
    }
  /** A file from anywhere: its own `scaninfo` is the plan. */
  | { readonly kind: "recorded" };

export interface RunVerdict {
  readonly completeness: Completeness;
  /** Each once, in the order of the contract. */
  readonly problems: readonly RunProblem[];
  /** One sentence with the numbers; null when complete. */
  readonly reason: string | null;
  /**
   * True when nothing but single hosts failed: those lost their coverage already, all others still prove absence.
   */
  readonly provesAbsence: boolean;
}

/**
 * The completeness contract: is this run evidence of absence? Complete only if everything that nmap was told to do was
 * done and written down. Positive evidence is never touched here.
 */
export function judgeRun(document: NmapDocument, expectation: RunExpectation): RunVerdict {
  const found: readonly DocumentProblem[] = [
    ...(expectation.kind === "planned" ? processProblems(expectation) : []),
    ...document.problems,
    ...trailerProblems(document, expectation.kind),
    ...(expectation.kind === "planned" ? planProblems(document, expectation.plan) : recordedProblems(document)),
  ];
  const provesAbsence = found.every((problem) => problem.scope === "host");
  const nothingRead = document.tally.up + document.tally.down === 0;
  return {
    completeness: found.length === 0 ? "complete" : !provesAbsence && nothingRead ? "failed" : "partial",
    problems: [...new Set(found.map((problem) => problem.problem))],
    reason: found.length === 0 ? null : sentence(found),
    provesAbsence,
  };
}

/**
 * Observations under a verdict. When the run proves no absence, no host keeps coverage and "down" hosts are left out:
 * a host that is not mentioned was not measured, so nothing downstream can conclude that it is gone.
 */
export function applyVerdict(verdict: RunVerdict, hosts: readonly HostObservation[]): readonly HostObservation[] {
  if (verdict.provesAbsence) return hosts;
  return hosts.filter((host) => host.state === "up").map((host) => ({ ...host, coverage: [] }));
}

function processProblems(run: Extract<RunExpectation, { kind: "planned" }>): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  if (run.deadlineHit)
    problems.push(runProblem("deadline", `nmap was ended at its deadline of ${run.plan.deadlineMs / 1000} s`));
  if (run.outputCapHit) problems.push(runProblem("output-cap", "nmap was ended because its output grew past the cap"));
  if (run.signal !== null) problems.push(runProblem("signal", `nmap was ended by ${run.signal}`));
  else if (run.exitCode !== 0) problems.push(runProblem("exit-code", `nmap ended with exit code ${run.exitCode}`));
  return problems;
}

function trailerProblems(document: NmapDocument, kind: RunExpectation["kind"]): readonly DocumentProblem[] {
  const { trailer, tally } = document;
  const problems: DocumentProblem[] = [];
  if (document.skippedTargets.length > 0) {
    problems.push(runProblem("targets-skipped", `nmap skipped ${document.skippedTargets.length} targets`));
  }
  if (trailer === null) return problems;
  // Nmap before 5.35 and Zenmap write no exit; every nmap that is run from here does.
  const exit = trailer.exit ?? (kind === "recorded" ? "success" : "");
  if (exit !== "success") problems.push(runProblem("not-finished", `nmap says exit="${exit}"`));
  if (trailer.errorMessage !== null) problems.push(runProblem("error-message", `nmap says: ${trailer.errorMessage}`));
  if (kind === "planned" ? trailer.hostsUp !== tally.up : lacksHosts(document)) {
    const counted = trailer.hostsUp ?? "no";
    problems.push(runProblem("hosts-missing", `nmap counted ${counted} hosts up, the file holds ${tally.up}`));
  }
  return problems;
}

/**
 * More hosts than were counted are no loss: a scan that `--resume` finished counts its last part only. Nor are fewer
 * with `--open`, which leaves hosts without an open port out. Missing counts are reported with the other counts.
 */
function lacksHosts({ header, trailer, tally }: NmapDocument): boolean {
  const counted = trailer?.hostsUp ?? null;
  return counted !== null && counted > tally.up && !listsOpenOnly(header?.args ?? "");
}

/** The first two problems of the run in full, single hosts as a count with an example. */
function sentence(found: readonly DocumentProblem[]): string {
  const run = found.filter((problem) => problem.scope === "run").map((problem) => problem.text);
  const hosts = found.filter((problem) => problem.scope === "host");
  const parts = run.slice(0, 2);
  if (run.length > 2) parts.push(`${run.length - 2} more`);
  if (hosts.length > 0)
    parts.push(`${hosts.length} ${hosts.length === 1 ? "host" : "hosts"} not measured (${hosts[0]?.text})`);
  return parts.join("; ");
}
