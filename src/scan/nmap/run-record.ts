import { readFileSync, statSync } from "node:fs";
import { CAPS, cleanText } from "../../domain/clean-text.ts";
import type { NmapRun, RawFile } from "../../domain/nmap-run.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { RunPlan } from "../../domain/scan-plan.ts";
import type { ProcessResult } from "../../lib/child-process.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { comparabilityOf } from "../quality/comparability.ts";
import { applyVerdict, judgeRun, type RunVerdict } from "../quality/judge.ts";
import type { NmapDocument } from "../xml/document.ts";
import { readNmapFile } from "../xml/read.ts";
import { archiveRaw } from "./archive.ts";
import type { Privilege } from "./arguments.ts";
import type { NmapData } from "./data-files.ts";
import type { PreparedRun } from "./prepare.ts";

/** What every record of a run starts from. */
export interface RunStart {
  readonly plan: RunPlan;
  readonly startedAt: number;
  readonly options: {
    readonly clock: Clock;
    readonly rawDir: string | null;
    readonly privilege: Privilege;
    readonly vantage: string;
  };
}

/** A run that never became a process: nothing was learned, and the reason is recorded. */
export function refusedRun(start: RunStart, reason: string): NmapRun {
  return {
    ...identityOf(start),
    argv: [],
    exitCode: null,
    signal: null,
    endedAt: start.options.clock.now(),
    completeness: "failed",
    problems: ["not-started"],
    reason,
    nmapVersion: null,
    comparability: { presence: start.plan.technique, service: null, os: null, scripts: new Map() },
    hostsUp: 0,
    hostsDown: 0,
    hosts: [],
    scriptErrors: [],
    rejectedScripts: [],
    raw: null,
  };
}

/** Reads, judges and archives what a finished nmap left behind; the result is always a verdict. */
export async function finishedRun(
  start: RunStart,
  prepared: PreparedRun,
  end: { readonly result: ProcessResult; readonly data: NmapData },
): Promise<NmapRun> {
  const { plan, options } = start;
  const { result } = end;
  if (result.notStarted !== null) return refusedRun(start, `nmap could not be started: ${result.notStarted}`);
  const document = await readNmapFile(prepared.xmlFile, { phase: plan.phase });
  const verdict = judge(document, plan, result);
  const archived = await tryArchive(prepared.xmlFile, options.rawDir, plan);
  return {
    ...identityOf(start),
    argv: ["nmap", ...prepared.argv],
    exitCode: result.exitCode,
    signal: result.signal,
    endedAt: options.clock.now(),
    completeness: verdict.completeness,
    problems: verdict.problems,
    reason: reasonOf(verdict, result, archived.problem),
    nmapVersion: document.header?.version ?? null,
    comparability: comparability(start, prepared, { document, data: end.data }),
    hostsUp: document.tally.up,
    hostsDown: document.tally.down,
    hosts: applyVerdict(verdict, document.hosts),
    scriptErrors: document.tally.scriptErrors,
    rejectedScripts: prepared.scripts.rejected,
    raw: archived.raw,
  };
}

function identityOf({ plan, startedAt }: RunStart) {
  const { shard, n, phase, technique } = plan;
  return { shard, n, phase, technique, startedAt, planned: plan.addresses.length };
}

function judge(document: NmapDocument, plan: RunPlan, result: ProcessResult): RunVerdict {
  return judgeRun(document, {
    kind: "planned",
    plan,
    exitCode: result.exitCode,
    signal: result.signal,
    deadlineHit: result.timedOut,
    outputCapHit: result.capped,
  });
}

function comparability(start: RunStart, prepared: PreparedRun, seen: { document: NmapDocument; data: NmapData }) {
  const { accepted } = prepared.scripts;
  const stockProbes = start.plan.versionIntensity === null ? null : sha256Hex(readFileSync(seen.data.probes));
  return comparabilityOf({
    document: seen.document,
    plan: { ...start.plan, scripts: accepted.map((script) => script.id) },
    scriptHashes: new Map(accepted.map((script) => [script.id, script.sha256])),
    probesHash: prepared.probes?.sha256 ?? stockProbes,
    privilege: start.options.privilege === "connect" ? "connect" : "single",
    vantage: start.options.vantage,
  });
}

/** The verdict's sentence, with the last lines of nmap when it failed: they name the cause. */
function reasonOf(verdict: RunVerdict, result: ProcessResult, archiveProblem: string | null): string | null {
  const stopped = result.aborted ? "the scan was stopped" : null;
  const words = result.exitCode === 0 ? null : lastWords(result.stderr);
  const parts = [stopped, verdict.reason, words, archiveProblem].filter((part) => part !== null);
  return parts.length > 0 ? parts.join("; ") : null;
}

function lastWords(stderr: string): string | null {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "QUITTING!");
  const last = lines.at(-1);
  return last === undefined ? null : cleanText(`nmap: ${last}`, { maxBytes: CAPS.name });
}

/** Without a file there is nothing to keep; a full disk must not lose the observations as well. */
async function tryArchive(
  xmlFile: string,
  rawDir: string | null,
  plan: RunPlan,
): Promise<{ readonly raw: RawFile | null; readonly problem: string | null }> {
  const written = statSync(xmlFile, { throwIfNoEntry: false })?.size ?? 0;
  if (rawDir === null || written === 0) return { raw: null, problem: null };
  try {
    return { raw: await archiveRaw(xmlFile, rawDir, plan), problem: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { raw: null, problem: `the XML could not be archived in ${rawDir}: ${why}` };
  }
}
