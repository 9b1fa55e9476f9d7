import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Completeness, type NmapRun, provesAbsence, type RawFile } from "../domain/nmap-run.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { unpackRaw } from "./nmap/unarchive.ts";
import { sourceAddressOf } from "./quality/comparability.ts";
import { applyVerdict, judgeRun } from "./quality/judge.ts";
import { hostElements } from "./xml/host-elements.ts";
import { readNmapFile } from "./xml/read.ts";

/**
 * The runs of one cycle, read again from the archived XML by today's parser and judged by today's rules. What no XML
 * can say (how the process ended, how it was called, from where) stays as it was recorded. When the XML of one run
 * cannot be had, the whole cycle proves no absence: the missing run may be the one that found a silent host.
 */
export async function replayRuns(recorded: readonly NmapRun[], rawDir: string): Promise<readonly NmapRun[]> {
  const work = mkdtempSync(path.join(tmpdir(), "tripline-replay-"));
  try {
    const replayed: Result<NmapRun, string>[] = [];
    for (const run of inOrder(recorded)) replayed.push(await replayRun(run, rawDir, path.join(work, "nmap.xml")));
    const missing = replayed.flatMap((result) => (result.ok ? [] : [result.error]));
    const runs = inOrder(recorded).map((run, i) => valueOf(replayed[i]) ?? unreadable(run));
    return missing.length === 0 ? runs : runs.map((run) => incomplete(run, missing));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What nmap wrote about one address, byte for byte; the error is a sentence about a file that cannot be had. */
export async function archivedHost(
  raw: RawFile,
  rawDir: string,
  address: string,
): Promise<Result<readonly Buffer[], string>> {
  const work = mkdtempSync(path.join(tmpdir(), "tripline-raw-"));
  const file = path.join(work, "nmap.xml");
  try {
    const unpacked = await unpackRaw(raw, rawDir, file);
    return unpacked.ok ? ok(await hostElements(file, raw.bytes, address)) : unpacked;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** As they were made: later answers fill in what earlier ones missed. One nmap runs at a time, so starts tell. */
function inOrder(runs: readonly NmapRun[]): readonly NmapRun[] {
  return runs.toSorted((a, b) => a.shard - b.shard || a.startedAt - b.startedAt || a.n - b.n);
}

async function replayRun(recorded: NmapRun, rawDir: string, file: string): Promise<Result<NmapRun, string>> {
  if (recorded.raw === null) {
    // No process, or one that wrote nothing: that is all there is to know about it.
    const neverWritten = recorded.problems.some((problem) => problem === "not-started" || problem === "empty-output");
    return neverWritten ? ok(recorded) : err(`the XML of the ${recorded.phase} run was never archived`);
  }
  const unpacked = await unpackRaw(recorded.raw, rawDir, file);
  return unpacked.ok ? ok(await judged(recorded, file)) : unpacked;
}

async function judged(recorded: NmapRun, file: string): Promise<NmapRun> {
  const document = await readNmapFile(file, { phase: recorded.phase });
  const today = judgeRun(document, { kind: "recorded" });
  const completeness = worse(recorded.completeness, today.completeness);
  const problems = [...new Set([...recorded.problems, ...today.problems])];
  return {
    ...recorded,
    completeness,
    problems,
    reason: recorded.reason ?? today.reason,
    nmapVersion: document.header?.version ?? null,
    hostsUp: document.tally.up,
    hostsDown: document.tally.down,
    hosts: applyVerdict({ ...today, provesAbsence: provesAbsence({ completeness, problems }) }, document.hosts),
    scriptErrors: document.tally.scriptErrors,
  };
}

const ORDER: readonly Completeness[] = ["complete", "partial", "failed"];

function worse(a: Completeness, b: Completeness): Completeness {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

function valueOf(result: Result<NmapRun, string> | undefined): NmapRun | null {
  return result?.ok === true ? result.value : null;
}

function unreadable(run: NmapRun): NmapRun {
  return { ...run, completeness: "failed", hostsUp: 0, hostsDown: 0, hosts: [], scriptErrors: [] };
}

function incomplete(run: NmapRun, missing: readonly string[]): NmapRun {
  const more = missing.length > 1 ? `; ${missing.length - 1} more archived files cannot be read` : "";
  const reason = `${missing[0]}${more}`;
  return withoutAbsence({ ...run, problems: [...run.problems, "raw-unreadable"] }, reason);
}

/** What the run shows counts, what it lacks does not. */
export function withoutAbsence(run: NmapRun, reason: string): NmapRun {
  return {
    ...run,
    completeness: worse(run.completeness, "partial"),
    reason: run.reason === null ? reason : `${run.reason}; ${reason}`,
    hosts: applyVerdict({ completeness: "partial", problems: [], reason, provesAbsence: false }, run.hosts),
  };
}

/** Where the runs were taken from, as their comparability says; null when none does. */
export function sourceAddressIn(runs: readonly NmapRun[]): string | null {
  return runs.map((run) => sourceAddressOf(run.comparability.presence)).find((address) => address !== null) ?? null;
}
