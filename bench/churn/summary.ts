import type { Verdict } from "./measure/goals.ts";

/** What the whole run took. */
export interface Effort {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly jobs: number;
}

/** The end of the result: which goals were missed, and how long it took. */
export function summaryOf(misses: readonly (readonly [row: string, verdict: Verdict])[], effort: Effort): string {
  const lines = misses.map(([row, { figure, value, goal }]) => `| ${row} | ${figure} | ${value} | ${goal} |`);
  const table = ["| row | figure | value | goal |", "|---|---|---|---|", ...lines];
  const { cpuSeconds, wallSeconds, jobs } = effort;
  const minutes = (seconds: number) => (seconds / 60).toFixed(0);
  return [
    "## Goals that were missed",
    "",
    ...(lines.length === 0 ? ["None."] : table),
    "",
    `Time: ${minutes(wallSeconds)} minutes with ${jobs} months at once; the months took ${minutes(cpuSeconds)} minutes of CPU.`,
  ].join("\n");
}
