import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { median } from "../../src/lib/statistics.ts";
import { writeBenchFile } from "./generate.ts";
import { type ProgramCost, programCost } from "./program.ts";
import type { Mode, WorkerReport } from "./worker.ts";

const run = promisify(execFile);
const SMALL = 1000;
const LARGE = 10_000;
const CHANGED_PER_MILLE = 20;

interface Row {
  readonly mode: Mode;
  readonly hosts: number;
  readonly reports: readonly WorkerReport[];
}

const LABELS: Readonly<Record<Mode, string>> = {
  whole: "fast-xml-parser, whole document",
  tuned: "the same with our options",
  split: "split + parse, which validates",
  ingest: "full ingest: validate, parse, sanitise, observe",
  keep: "full ingest, all hosts kept in memory",
};

async function main(args: readonly string[]): Promise<void> {
  const rounds = Number(args.find((arg) => arg.startsWith("--rounds="))?.slice("--rounds=".length) ?? 3);
  const dir = mkdtempSync(path.join(tmpdir(), "tripline-bench-xml-"));
  try {
    const report = await bench(dir, rounds);
    console.log(report);
    if (args.includes("--write")) writeFileSync(path.join(import.meta.dirname, "../results/xml.md"), `${report}\n`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function bench(dir: string, rounds: number): Promise<string> {
  const small = path.join(dir, "small.xml");
  const [before, after] = [path.join(dir, "before.xml"), path.join(dir, "after.xml")];
  await writeBenchFile({ path: small, hosts: SMALL, changedPerMille: 0 });
  await writeBenchFile({ path: before, hosts: LARGE, changedPerMille: 0 });
  await writeBenchFile({ path: after, hosts: LARGE, changedPerMille: CHANGED_PER_MILLE });
  const rows: Row[] = [];
  for (const mode of ["whole", "tuned", "split", "ingest", "keep"] as const) {
    rows.push(await measure(mode, { path: small, hosts: SMALL }, rounds));
    rows.push(await measure(mode, { path: before, hosts: LARGE }, rounds));
  }
  const megabytes = statSync(before).size / 1e6;
  const ndiff = await ndiffSeconds(before, after);
  const program = await wholeProgram(dir, rounds, [before, after]);
  return [
    ...heading(rounds, megabytes),
    ...table(rows),
    "",
    ...programTable(program, ndiff),
    "",
    ...goals(rows, { ndiff, program }),
    "",
    ...beside(rows, ndiff),
  ].join("\n");
}

/** Each reading in a process of its own, one after the other. */
async function measure(mode: Mode, file: { path: string; hosts: number }, rounds: number): Promise<Row> {
  const reports: WorkerReport[] = [];
  for (let round = 0; round < rounds; round++) {
    const worker = path.join(import.meta.dirname, "worker.ts");
    const { stdout } = await run(process.execPath, [worker, mode, file.path], { maxBuffer: 1e6 });
    const report: WorkerReport = JSON.parse(stdout);
    if (report.hosts !== file.hosts) throw new Error(`${mode} read ${report.hosts} of ${file.hosts} hosts`);
    reports.push(report);
    console.error(`${mode} ${file.hosts} hosts: ${(report.wallMs / 1000).toFixed(2)} s, ${mb(report.peakRssBytes)} MB`);
  }
  return { mode, hosts: file.hosts, reports };
}

interface Program {
  readonly first: readonly ProgramCost[];
  readonly second: readonly ProgramCost[];
  readonly both: readonly ProgramCost[];
}

/** The pair through `tripline scan --from-xml`: one after the other on one state, and both in one call. */
async function wholeProgram(dir: string, rounds: number, [before, after]: readonly [string, string]): Promise<Program> {
  const costs = { first: new Array<ProgramCost>(), second: new Array<ProgramCost>(), both: new Array<ProgramCost>() };
  for (let round = 0; round < rounds; round++) {
    const state = ["--state", path.join(dir, `state-${round}`)];
    costs.first.push(await programCost(["scan", "-q", ...state, "--from-xml", before]));
    costs.second.push(await programCost(["scan", "-q", ...state, "--from-xml", after]));
    costs.both.push(await programCost(["scan", "-q", "--from-xml", before, after]));
    console.error(`program, round ${round + 1} of ${rounds}`);
  }
  return costs;
}

function programTable({ first, second, both }: Program, ndiff: number | null): readonly string[] {
  const line = (name: string, costs: readonly ProgramCost[]) => {
    const [cpu, rss] = [costs.map((cost) => cost.cpuS), costs.map((cost) => cost.peakRssMb)];
    return `| ${name} | ${spread(cpu, 1)} | ${spread(rss, 0)} |`;
  };
  return [
    `| the whole program, ${LARGE} hosts a file | CPU s | peak RSS MB |`,
    "|---|---|---|",
    line("first scan: everything is new, 60,000 events are committed", first),
    line(`second scan, compared with the baseline; ${CHANGED_PER_MILLE / 10} % of the hosts differ`, second),
    line("both files in one call", both),
    `| ndiff on the pair | ${ndiff === null ? "not installed" : ndiff.toFixed(1)} | |`,
  ];
}

/** CPU of ndiff on the pair, s; null when it is not installed or crashed. It exits 1 when it found differences. */
async function ndiffSeconds(before: string, after: string): Promise<number | null> {
  const script = 'command -v ndiff >/dev/null || exit 3; ndiff "$0" "$1" | grep -c "^[-+]" >&2 || exit 4; times';
  const shell = await run("sh", ["-c", script, before, after]).catch(() => null);
  const children = shell?.stdout.trim().split("\n").at(-1) ?? "";
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  return seconds.length === 2 ? seconds.reduce((a, b) => a + b) : null;
}

function heading(rounds: number, megabytes: number): readonly string[] {
  const cpu = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${(totalmem() / 1e9).toFixed(0)} GB`;
  return [
    "# Reading nmap XML",
    "",
    `\`make bench-xml\`: ${LARGE} hosts, ${megabytes.toFixed(0)} MB; medians of ${rounds} rounds with the range, each in its own process.`,
    `Node.js ${process.version}, fast-xml-parser 5.12.1, ${cpu}. No randomness: the file is the same in every run.`,
    `Other work beside it: load average ${loadavg()[0]?.toFixed(1)}.`,
    "",
  ];
}

function table(rows: readonly Row[]): readonly string[] {
  return [
    "| reading | hosts | wall s | CPU s | peak RSS MB | longest block ms |",
    "|---|---|---|---|---|---|",
    ...rows.map((row) => {
      const cell = (pick: (r: WorkerReport) => number, digits: number) => spread(row.reports.map(pick), digits);
      const block = row.mode === "whole" || row.mode === "tuned" ? "all of it" : cell((r) => r.longestBlockMs, 0);
      return `| ${LABELS[row.mode]} | ${row.hosts} | ${cell((r) => r.wallMs / 1000, 2)} | ${cell((r) => r.cpuMs / 1000, 2)} | ${cell((r) => r.peakRssBytes / 1e6, 0)} | ${block} |`;
    }),
  ];
}

function goals(
  rows: readonly Row[],
  whole: { readonly ndiff: number | null; readonly program: Program },
): readonly string[] {
  const of = (mode: Mode, hosts: number, pick: (r: WorkerReport) => number) =>
    median(rows.find((row) => row.mode === mode && row.hosts === hosts)?.reports.map(pick) ?? []) ?? Number.NaN;
  const rss = (mode: Mode, hosts: number) => of(mode, hosts, (r) => r.peakRssBytes);
  const wall = (mode: Mode) => of(mode, LARGE, (r) => r.wallMs);
  const memory = rss("ingest", LARGE) / rss("whole", LARGE);
  const speed = wall("whole") / wall("split");
  const flat = rss("ingest", LARGE) / rss("ingest", SMALL);
  const compared = (median(whole.program.second.map((cost) => cost.cpuS)) ?? Number.NaN) / (whole.ndiff ?? Number.NaN);
  const peak = median(whole.program.both.map((cost) => cost.peakRssMb)) ?? Number.NaN;
  return [
    "| goal | must be | is | |",
    "|---|---|---|---|",
    `| peak RSS of the full ingest beside the whole document | ≤ 1/5, aim 1/10 | 1/${(1 / memory).toFixed(1)} | ${mark(memory <= 1 / 5)} |`,
    `| split + parse beside the whole document | ≥ 1.5×, aim 2× | ${speed.toFixed(2)}× | ${mark(speed >= 1.5)} |`,
    `| the same beside the whole document with our options | | ${(wall("tuned") / wall("split")).toFixed(2)}× | |`,
    `| peak RSS of the full ingest, ${LARGE} hosts beside ${SMALL} | ≤ 1.5× | ${flat.toFixed(2)}× | ${mark(flat <= 1.5)} |`,
    `| CPU of a scan compared with the baseline, beside ndiff on the pair | ≤ 1× | ${whole.ndiff === null ? "not measured" : `${compared.toFixed(2)}×`} | ${whole.ndiff === null ? "" : mark(compared <= 1)} |`,
    `| peak RSS of two files of ${LARGE} hosts through the whole program | ≤ 600 MB | ${peak.toFixed(0)} MB | ${mark(peak <= 600)} |`,
  ];
}

function beside(rows: readonly Row[], ndiff: number | null): readonly string[] {
  const ingest =
    rows.find((row) => row.mode === "ingest" && row.hosts === LARGE)?.reports.map((r) => r.cpuMs / 1000) ?? [];
  const cpu = median(ingest) ?? Number.NaN;
  const theirs = ndiff === null ? "not installed (`apt-get install ndiff`)" : `${ndiff.toFixed(1)} s CPU`;
  return [
    `ndiff on a pair of such files that differ on ${CHANGED_PER_MILLE / 10} % of the hosts: ${theirs}. It reads both files; Tripline reads`,
    `the new one, because the old one is in its baseline: ${cpu.toFixed(1)} s CPU for the full ingest${ndiff === null ? "" : ` (${(cpu / ndiff).toFixed(2)}×)`}.`,
  ];
}

function spread(values: readonly number[], digits: number): string {
  const [low, middle, high] = [Math.min(...values), median(values) ?? Number.NaN, Math.max(...values)];
  return `${middle.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

function mark(met: boolean): string {
  return met ? "met" : "NOT MET";
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

await main(process.argv.slice(2));
