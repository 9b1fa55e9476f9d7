import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { RunPlan } from "../../domain/scan-plan.ts";
import { ensurePrivateDirectory } from "../../lib/files.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { nmapArguments, type Privilege } from "./arguments.ts";
import type { NmapData } from "./data-files.ts";
import { checkScripts, type ScriptCheck } from "./manifest.ts";
import { type HashedFile, shortWaitProbes } from "./probe-file.ts";

export interface RunFolders {
  /** Private directories of running scans are made here. */
  readonly workDir: string;
  readonly nseDir: string;
  readonly privilege: Privilege;
  readonly exclude: readonly string[];
}

/** One run, ready to start: its private directory, its arguments, and what its results will be comparable by. */
export interface PreparedRun {
  readonly directory: string;
  readonly xmlFile: string;
  readonly argv: readonly string[];
  readonly scripts: ScriptCheck;
  readonly probes: HashedFile | null;
}

/** Makes and checks everything nmap will read. The error is a sentence: why this run must not start. */
export function prepareRun(plan: RunPlan, folders: RunFolders, data: NmapData): Result<PreparedRun, string> {
  const scripts = checkScripts(plan.scripts, { nseDir: folders.nseDir, nmapDataDir: data.directory });
  if (scripts.directoryProblem !== null) {
    return err(`${scripts.directoryProblem}; nmap would load scripts nobody checked, so it is not started`);
  }
  try {
    ensurePrivateDirectory(folders.workDir);
    const directory = mkdtempSync(path.join(folders.workDir, "run-"));
    const wantsShort = plan.versionIntensity !== null && plan.shortWait;
    const probes = wantsShort ? shortWaitProbes(data.probes, folders.workDir) : null;
    const xmlFile = path.join(directory, "nmap.xml");
    const argv = nmapArguments(plan, {
      privilege: folders.privilege,
      xmlFile,
      nseDir: folders.nseDir,
      scriptFiles: scripts.accepted.map((script) => script.path),
      scriptArgsFile: plan.versionIntensity === null ? null : writeScriptArgs(directory, plan),
      probeFile: probes?.path ?? null,
      exclude: folders.exclude,
    });
    return ok({ directory, xmlFile, argv, scripts, probes });
  } catch (error) {
    return err(
      `the work directory ${folders.workDir} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Whoever finds our requests in a log can see who asked. The cycle id was checked to be plain. */
function writeScriptArgs(directory: string, plan: RunPlan): string {
  const file = path.join(directory, "script-args");
  writeFileSync(file, `http.useragent="Tripline security scan ${plan.cycleId}"\n`, { mode: 0o600 });
  return file;
}
