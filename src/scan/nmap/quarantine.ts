import type { NmapRun } from "../../domain/nmap-run.ts";
import { portText } from "../../domain/network.ts";
import type { ScanProgress, Scanner } from "../../domain/ports/scanner.ts";
import type { RunPlan } from "../../domain/scan-plan.ts";
import { fromNumbers, type Intervals, toNumbers } from "../../lib/intervals.ts";
import { nmapDeadlineMs } from "../plan/deadline.ts";

export interface QuarantineOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** Gives the number of each further run, unique in the shard. */
  readonly nextN: () => number;
  /** Most runs spent on finding the culprit; what is left then is asked for its state only. */
  readonly maxRuns?: number;
}

const MAX_RUNS = 40;

/**
 * Runs a plan that sends payload. If a host or port keeps nmap busy beyond the deadline or the memory limit, the run
 * is halved until only the culprit is left: all others are still fingerprinted, and the culprit is named in a
 * last run with the problem `tarpit-suspected`, which asks for its state only.
 */
export async function runWithQuarantine(
  scanner: Scanner,
  plan: RunPlan,
  options: QuarantineOptions,
): Promise<readonly NmapRun[]> {
  const runs: NmapRun[] = [];
  const budget = options.maxRuns ?? MAX_RUNS;
  const waiting: RunPlan[] = [plan];
  for (let next = waiting.shift(); next !== undefined && !options.signal.aborted; next = waiting.shift()) {
    const run = await scanner.run(next, options);
    runs.push(run);
    if (!gotStuck(run, next)) continue;
    const parts = runs.length < budget ? halves(next, run, options) : [];
    if (parts.length > 0) waiting.unshift(...parts);
    else runs.push(await nameCulprit(scanner, next, options));
  }
  return runs;
}

/** Ended by our deadline, by the size of its output, or by a signal, which is how a memory limit ends it. */
function gotStuck(run: NmapRun, plan: RunPlan): boolean {
  const sendsPayload = plan.versionIntensity !== null || plan.scripts.length > 0;
  return sendsPayload && run.problems.some((problem) => ["deadline", "output-cap", "signal"].includes(problem));
}

/** Two smaller plans over the hosts that did not finish, else over the ports; none when one endpoint is left. */
function halves(plan: RunPlan, run: NmapRun, options: QuarantineOptions): readonly RunPlan[] {
  const finished = new Set(run.hosts.filter((host) => host.problems.length === 0).map((host) => host.address));
  const rest = plan.addresses.filter((address) => !finished.has(address));
  if (rest.length === 0) return [];
  if (rest.length > 1) return split(rest).map((addresses) => smaller(plan, { addresses, n: options.nextN() }));
  const ports = toNumbers(plan.ports.get("tcp") ?? []);
  if (ports.length <= 1) return [];
  return split(ports).map((half) =>
    smaller(plan, { addresses: rest, ports: new Map([["tcp", fromNumbers(half)]]), n: options.nextN() }),
  );
}

function split<T>(list: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

function smaller(plan: RunPlan, part: Partial<RunPlan>): RunPlan {
  const next = { ...plan, ...part };
  return { ...next, deadlineMs: Math.min(plan.deadlineMs, nmapDeadlineMs(next)) };
}

async function nameCulprit(scanner: Scanner, plan: RunPlan, options: QuarantineOptions): Promise<NmapRun> {
  const harmless = { versionIntensity: null, osDetection: false, scripts: [], n: options.nextN() };
  const run = await scanner.run(smaller(plan, harmless), options);
  const where = `${plan.addresses.join(", ")} ${portsText(plan.ports.get("tcp") ?? [])}`;
  const reason = `${where}: version detection never ended; fingerprint refused (tarpit suspected)`;
  return { ...run, completeness: "partial", problems: [...run.problems, "tarpit-suspected"], reason };
}

function portsText(ports: Intervals): string {
  const numbers = toNumbers(ports);
  const shown = numbers.slice(0, 10).map((number) => portText({ transport: "tcp", number }));
  return `${shown.join(", ")}${numbers.length > 10 ? " and more" : ""}`;
}
