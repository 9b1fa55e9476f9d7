import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

/** What one call of the program cost, from the kernel's own counters. */
export interface ProgramCost {
  readonly cpuS: number;
  readonly peakRssMb: number;
}

const BIN = path.join(import.meta.dirname, "../../bin/tripline.cjs");
// USER_HZ of Linux, in which /proc counts.
const TICKS_PER_SECOND = 100;
const LOOK_EVERY_MS = 20;

const DONE: ReadonlySet<number> = new Set([0]);

/** Runs `tripline` and looks at it until it ends; both counters only grow, so the last look is the result. */
export async function programCost(args: readonly string[], expected = DONE): Promise<ProgramCost> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  let cost: ProgramCost = { cpuS: 0, peakRssMb: 0 };
  const timer = setInterval(() => (cost = costOf(child.pid ?? 0) ?? cost), LOOK_EVERY_MS);
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  clearInterval(timer);
  if (code === null || !expected.has(code)) throw new Error(`tripline ${args.join(" ")} ended with ${String(code)}`);
  return cost;
}

/** Null when the process has ended in between. */
function costOf(pid: number): ProgramCost | null {
  try {
    // Fields 14 and 15 are utime and stime; the name in parentheses may hold spaces.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    if (peak === undefined) return null;
    return { cpuS: (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND, peakRssMb: Number(peak) / 1000 };
  } catch {
    return null;
  }
}
