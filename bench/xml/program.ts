import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { NODE_FLAGS } from "../../scripts/install/node-flags.ts";

/** What one call of the program cost, from the kernel's own counters. */
export interface ProgramCost {
  readonly cpuS: number;
  readonly peakRssMb: number;
}

const BIN = path.join(import.meta.dirname, "../../bin/tripline.cjs");
const DONE: ReadonlySet<number> = new Set([0]);

/** Runs `tripline` as it is installed; its last act is to write down what it used. */
export async function programCost(args: readonly string[], expected = DONE): Promise<ProgramCost> {
  const directory = mkdtempSync(path.join(tmpdir(), "tripline-bench-cost-"));
  const file = path.join(directory, "usage.json");
  try {
    const flags = [NODE_FLAGS, "--import", writesUsage(file)];
    const child = spawn(process.execPath, [...flags, BIN, ...args], { stdio: ["ignore", "ignore", "inherit"] });
    const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
    if (code === null || !expected.has(code)) throw new Error(`tripline ${args.join(" ")} ended with ${String(code)}`);
    return costOf(JSON.parse(readFileSync(file, "utf8")) as NodeJS.ResourceUsage);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function writesUsage(file: string): string {
  const code = `import { writeFileSync } from "node:fs";
    process.on("exit", () => writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.resourceUsage())));`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

function costOf({ userCPUTime, systemCPUTime, maxRSS }: NodeJS.ResourceUsage): ProgramCost {
  return { cpuS: (userCPUTime + systemCPUTime) / 1e6, peakRssMb: (maxRSS * 1024) / 1e6 };
}
