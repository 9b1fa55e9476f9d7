import { rmSync } from "node:fs";
import type { NmapRun } from "../../domain/nmap-run.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { RunningNmap, Scanner, ScanRunOptions } from "../../domain/ports/scanner.ts";
import type { RunPlan } from "../../domain/scan-plan.ts";
import { findExecutable, type ProcessResult, runProcess } from "../../lib/child-process.ts";
import type { Privilege } from "./arguments.ts";
import { findNmapData } from "./data-files.ts";
import { ipv6Obstacle } from "./ipv6.ts";
import { planObstacle } from "./plan-check.ts";
import { prepareRun, type PreparedRun } from "./prepare.ts";
import { followProgress, followTasks } from "./progress.ts";
import { finishedRun, refusedRun, type RunStart } from "./run-record.ts";

export interface NmapScannerOptions {
  /** A path, or a name looked up in the system's folders. */
  readonly nmapPath: string;
  readonly privilege: Privilege;
  /** Private directories of running scans; emptied after each run. */
  readonly workDir: string;
  /** Archive of the XML files; null: they are not kept. */
  readonly rawDir: string | null;
  /** Absolute path of `nse-scripts`. */
  readonly nseDir: string;
  /** Canonical CIDRs, as `--exclude`. */
  readonly exclude: readonly string[];
  readonly inScope: (address: string) => boolean;
  readonly fragile: (address: string) => boolean;
  /** Source address, gateway MAC: what the view of the network depends on; part of the comparability keys. */
  readonly vantage: string;
  readonly clock: Clock;
  readonly maxXmlBytes?: number;
  readonly memoryLimitBytes?: number;
}

const MAX_XML_BYTES = 256 * 1024 * 1024;
const MEMORY_LIMIT_BYTES = 2 * 1024 * 1024 * 1024;
const OUTPUT_CAP_BYTES = 64 * 1024;
const SAFE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The scanner over a real nmap. Runs are queued: two scans from one machine disturb each other. Holds no secret and
 * no store: a typed plan comes in, facts and an archived file go out.
 */
export function createNmapScanner(options: NmapScannerOptions): Scanner {
  let queue: Promise<unknown> = Promise.resolve();
  return {
    run(plan, runOptions) {
      const mine = queue.then(() => runOnce(plan, options, runOptions));
      queue = mine.catch(() => {});
      return mine;
    },
  };
}

async function runOnce(plan: RunPlan, options: NmapScannerOptions, run: ScanRunOptions): Promise<NmapRun> {
  const start: RunStart = { plan, options, startedAt: options.clock.now() };
  const obstacle = planObstacle(plan, options);
  if (obstacle !== null) return refusedRun(start, `the plan was refused: ${obstacle}`);
  const unspoken = await ipv6Obstacle(plan.addresses);
  if (unspoken !== null) return refusedRun(start, unspoken);
  const file = findExecutable(options.nmapPath);
  if (file === null) return refusedRun(start, `nmap was not found at "${options.nmapPath}"`);
  const data = findNmapData(file);
  if (data === null) return refusedRun(start, `nmap's data files were not found beside ${file}`);
  const prepared = prepareRun(plan, options, data);
  if (!prepared.ok) return refusedRun(start, prepared.error);
  try {
    const result = await execute(file, prepared.value, { plan, options, run });
    return await finishedRun(start, prepared.value, { result, data });
  } finally {
    rmSync(prepared.value.directory, { recursive: true, force: true });
  }
}

interface Execution {
  readonly plan: RunPlan;
  readonly options: NmapScannerOptions;
  readonly run: ScanRunOptions;
}

function execute(file: string, prepared: PreparedRun, { plan, options, run }: Execution): Promise<ProcessResult> {
  return runProcess({
    file,
    args: prepared.argv,
    cwd: "/",
    env: nmapEnvironment(options.privilege),
    deadlineMs: plan.deadlineMs,
    outputCapBytes: OUTPUT_CAP_BYTES,
    signal: run.signal,
    watchFile: { path: prepared.xmlFile, maxBytes: options.maxXmlBytes ?? MAX_XML_BYTES },
    memoryLimitBytes: options.memoryLimitBytes ?? MEMORY_LIMIT_BYTES,
    onStart: (nmap) => follow(prepared.xmlFile, nmap, run),
  });
}

/** Reports the progress of nmap to the caller, until the returned function is called. */
function follow(xmlFile: string, nmap: RunningNmap, { onProgress, onTask }: ScanRunOptions): () => void {
  const stops = [
    ...(onProgress === undefined ? [] : [followProgress(xmlFile, onProgress)]),
    ...(onTask === undefined ? [] : [followTasks(xmlFile, (task) => onTask(task, nmap))]),
  ];
  return () => stops.forEach((stop) => stop());
}

/** No NMAPDIR and no home: whoever chooses those chooses Lua code that runs with raw sockets. */
function nmapEnvironment(privilege: Privilege): Readonly<Record<string, string>> {
  const common = { PATH: SAFE_PATH, LANG: "C", HOME: "/nonexistent" };
  return privilege === "raw" ? { ...common, NMAP_PRIVILEGED: "1" } : common;
}
