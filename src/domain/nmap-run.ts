import type { HostObservation } from "./observation.ts";
import type { RunPhase, Technique } from "./scan-plan.ts";

export type Completeness = "complete" | "partial" | "failed";

/** Why a run is not complete. A closed list: it is indexed as `tripline.scan.reasons`. */
export type RunProblem =
  | "exit-code"
  | "signal"
  | "deadline"
  | "output-cap"
  | "not-started"
  | "empty-output"
  | "not-well-formed"
  | "foreign-document"
  | "doctype"
  | "oversized"
  | "not-finished"
  | "error-message"
  | "plan-mismatch"
  | "hosts-missing"
  | "targets-skipped"
  | "host-timed-out"
  | "port-sum-mismatch"
  | "host-unreadable"
  /** Replay only: the archived XML is missing or is not what was archived. */
  | "raw-unreadable"
  /** Of a cycle: a host name among the targets stood for nothing. */
  | "target-unresolved"
  | "tarpit-suspected";

/**
 * Which results may be compared with which: one key per field family. A family whose key changed is relearned,
 * silently. Never made from ports, targets, paths, timing or verbosity.
 */
export interface ComparabilityKeys {
  readonly presence: string;
  readonly service: string | null;
  readonly os: string | null;
  readonly scripts: ReadonlyMap<string, string>;
}

/** Facts about one finished nmap process or one recorded file, with its verdict and what it saw. */
export interface NmapRun {
  readonly shard: number;
  readonly n: number;
  readonly phase: RunPhase;
  readonly technique: Technique;
  /** Without secrets. For recorded files: the `args` attribute split at blanks, for people only. */
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly completeness: Completeness;
  readonly problems: readonly RunProblem[];
  /** One sentence for people: what happened, with the numbers. */
  readonly reason: string | null;
  readonly nmapVersion: string | null;
  readonly comparability: ComparabilityKeys;
  /** The addresses of the plan; recorded files: those the file names. */
  readonly planned: number;
  readonly hostsUp: number;
  readonly hostsDown: number;
  /** Coverage is already taken away wherever the verdict forbids conclusions of absence. */
  readonly hosts: readonly HostObservation[];
  readonly scriptErrors: readonly string[];
  /** Planned scripts that did not run because they are not what the manifest says; absent for recorded files. */
  readonly rejectedScripts?: readonly { readonly id: string; readonly reason: string }[];
  readonly raw: RawFile | null;
}

/** The archived XML: path relative to the state directory's `raw/`, hash and size of the uncompressed bytes. */
export interface RawFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

// What failed alone: it lost its coverage already, or was never planned.
const HOST_PROBLEMS: ReadonlySet<RunProblem> = new Set<RunProblem>([
  "host-timed-out",
  "port-sum-mismatch",
  "target-unresolved",
]);

/**
 * Whether silence means something: the run was complete, or only single hosts failed alone. One host that always times
 * out must not keep a whole segment from being learned; what that host lacks stays unmeasured.
 */
export function provesAbsence({ completeness, problems }: Pick<NmapRun, "completeness" | "problems">): boolean {
  if (completeness !== "partial") return completeness === "complete";
  return problems.length > 0 && problems.every((problem) => HOST_PROBLEMS.has(problem));
}
