import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { monotonicClock } from "../../src/lib/time.ts";
import { startBusyLoops } from "../../test/support/busy-loops.ts";

/**
 * `make bench-demo`: the demo again and again, every third time beside busy loops. Says which scenes each run showed;
 * ends with 1 when one was missing. How long a run takes is printed and judged by nobody.
 */

const RUNS = Number(process.argv.find((word) => word.startsWith("--runs="))?.slice("--runs=".length) ?? 30);
const LOOPS = 4;
const BIN = join(import.meta.dirname, "../../bin/tripline.cjs");

interface Run {
  readonly busy: boolean;
  readonly seconds: number;
  readonly code: number | null;
  /** Title of each scene → shown. */
  readonly scenes: ReadonlyMap<string, boolean>;
  /** What it said besides, when it failed. */
  readonly problem: string;
}

async function runDemo(busy: boolean): Promise<Run> {
  const loops = startBusyLoops(busy ? LOOPS : 0);
  const start = monotonicClock();
  try {
    const child = spawn(process.execPath, [BIN, "demo", "--no-color"], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let problem = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (problem += chunk.toString()));
    const [code] = await once(child, "close");
    const seconds = (monotonicClock() - start) / 1000;
    return { busy, seconds, code: typeof code === "number" ? code : null, scenes: scenesOf(out), problem };
  } finally {
    await loops.stop();
  }
}

/** The list at the end of the demo. */
function scenesOf(out: string): ReadonlyMap<string, boolean> {
  const lines = [...out.matchAll(/^ {2}(shown {2}|MISSING) {2}(.+)$/gm)];
  return new Map(lines.map((line) => [line[2] ?? "", line[1] !== "MISSING"]));
}

function report(runs: readonly Run[]): string {
  const titles = [...new Set(runs.flatMap((run) => [...run.scenes.keys()]))];
  const busy = runs.filter((run) => run.busy).length;
  const whole = runs.filter(isWhole).length;
  return [
    "# Scenes of the demo",
    "",
    `\`make bench-demo\`: ${runs.length} runs of \`tripline demo\`, ${busy} of them beside ${LOOPS} busy loops.`,
    `Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, load average ${loadavg()[0]?.toFixed(1)}.`,
    "",
    `**${whole} of ${runs.length} runs showed every scene.** The scenes:`,
    "",
    ...titles.map((title, i) => `${i + 1}. ${title}`),
    "",
    `| run | beside | ${titles.map((_, i) => i + 1).join(" | ")} | exit | seconds |`,
    `|---|---|${titles.map(() => "---|").join("")}---|---|`,
    ...runs.map((run, i) => row(run, i + 1, titles)),
  ].join("\n");
}

function row({ busy, scenes, code, seconds }: Run, n: number, titles: readonly string[]): string {
  const cells = titles.map((title) => (scenes.get(title) === true ? "shown" : "MISSING"));
  return `| ${n} | ${busy ? `${LOOPS} busy loops` : "-"} | ${cells.join(" | ")} | ${code} | ${seconds.toFixed(0)} |`;
}

function isWhole({ code, scenes }: Run): boolean {
  return code === 0 && scenes.size > 0 && [...scenes.values()].every((shown) => shown);
}

const runs: Run[] = [];
for (let n = 1; n <= RUNS; n += 1) {
  const run = await runDemo(n % 3 === 0);
  runs.push(run);
  console.error(`run ${n} of ${RUNS}: ${isWhole(run) ? "every scene" : `exit ${run.code}\n${run.problem}`}`);
}
const text = report(runs);
console.log(text);
if (process.argv.includes("--write")) writeFileSync(join(import.meta.dirname, "../results/demo.md"), `${text}\n`);
process.exitCode = runs.every(isWhole) ? 0 : 1;
