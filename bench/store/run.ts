import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { timeOrderedId } from "../../src/lib/ids.ts";
import { quantile } from "../../src/lib/statistics.ts";
import { monotonicClock, wallClock } from "../../src/lib/time.ts";
import { openStore, type OpenedStore } from "../../src/store/open.ts";
import { baselineAt, cycleAt, HOSTS, PORTS, SEGMENT, SHARD_HOSTS, shardRun, toldAt } from "./data.ts";

/** `make bench-store`: what commits cost, and how long they hold the event loop. Figures depend on the disk. */

const ROUNDS = Number(process.argv.find((arg) => arg.startsWith("--rounds="))?.slice("--rounds=".length) ?? 20);
const WARM_UP = 3;
const SHARDS = 100;
const NEWS = 0.02;
const BUDGET = { cycle: 500, shard: 50 } as const;

interface Measure {
  readonly ms: number[];
  readonly cpuMs: number[];
  /** Delays of a timer that wants to fire every millisecond, while the call ran. */
  readonly delays: number[];
}

const measures = new Map<string, Measure>();

async function measured<T>(name: string, work: () => Promise<T>): Promise<T> {
  const known = measures.get(name) ?? { ms: [], cpuMs: [], delays: [] };
  measures.set(name, known);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = monotonicClock();
  const result = await work();
  known.ms.push(monotonicClock() - start);
  const used = process.cpuUsage(cpu);
  // One more turn, so that a block at the very end is seen too.
  await new Promise((resolve) => setTimeout(resolve, 2));
  delay.disable();
  known.cpuMs.push((used.user + used.system) / 1000);
  known.delays.push(delay.percentile(99) / 1e6, delay.max / 1e6);
  return result;
}

function commitCycle(store: OpenedStore, scan: number, share: number): () => Promise<void> {
  const baseline = baselineAt(scan);
  const told = toldAt(scan, share);
  const commit = {
    cycle: cycleAt(timeOrderedId(scan), scan),
    baseline,
    touchedHosts: new Set(baseline.hosts.keys()),
    anomalies: [],
    observationMarks: told.marks,
    declared: null,
    events: told.events,
    committedAt: scan,
  };
  return () => store.cycles.commitCycle(commit);
}

async function cycles(store: OpenedStore): Promise<void> {
  await measured("first cycle: all hosts and services are told", commitCycle(store, 1, 1));
  for (let scan = 2; scan < ROUNDS + WARM_UP + 2; scan++) {
    const warm = scan < WARM_UP + 2 ? " (warming up)" : "";
    await measured(`cycle, ${NEWS * 100} % of the hosts are told${warm}`, commitCycle(store, scan, NEWS));
    await measured(`load baseline${warm}`, () => store.cycles.loadBaseline(SEGMENT));
  }
}

async function shards(store: OpenedStore): Promise<void> {
  const cycleId = timeOrderedId(9);
  await store.cycles.beginCycle(cycleAt(cycleId, 9));
  for (let shard = 0; shard < SHARDS; shard++) {
    const runs = [shardRun(shard)];
    await measured("shard", () => store.cycles.commitShard({ cycleId, shard, elapsedMs: 1, runs }));
  }
}

function report(database: number): string {
  const cpu = `${cpus().length} × ${cpus()[0]?.model ?? "?"}`;
  const rows = [...measures].filter(([name]) => !name.endsWith("(warming up)"));
  return [
    "# Commits of the store",
    "",
    `\`make bench-store\`: ${HOSTS} hosts × ${PORTS} ports, every host touched by every cycle; shards of ${SHARD_HOSTS} hosts.`,
    `Node.js ${process.version}, ${cpu}. "Loop delay" is how late a timer fires while the call runs: p99 and longest.`,
    `Other work beside it: load average ${loadavg()[0]?.toFixed(1)}.`,
    "",
    "| call | times | p50 ms | p99 ms | CPU p50 ms | loop delay p99 ms | longest ms | budget |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.map(row),
    "",
    `Database afterwards: ${(database / 1e6).toFixed(0)} MB, most of it the events of the first cycle.`,
  ].join("\n");
}

function row([name, { ms, cpuMs, delays }]: readonly [string, Measure]): string {
  const at = (values: readonly number[], p: number) => (quantile(values, p) ?? Number.NaN).toFixed(0);
  const p99s = delays.filter((_, i) => i % 2 === 0);
  const budget = name === "shard" ? BUDGET.shard : name.startsWith("cycle") ? BUDGET.cycle : null;
  const met = budget === null ? "" : `p99 ≤ ${budget} ms: ${Number(at(ms, 0.99)) <= budget ? "met" : "NOT MET"}`;
  return `| ${name} | ${ms.length} | ${at(ms, 0.5)} | ${at(ms, 0.99)} | ${at(cpuMs, 0.5)} | ${at(p99s, 0.5)} | ${at(delays, 1)} | ${met} |`;
}

const directory = mkdtempSync(join(tmpdir(), "tripline-bench-store-"));
try {
  const opened = openStore({ directory, access: "write", now: wallClock(), newId: () => timeOrderedId(wallClock()) });
  if (!opened.ok) throw new Error(opened.error.what);
  await cycles(opened.value);
  await shards(opened.value);
  const { pagesUsed, pageBytes } = await opened.value.keeping.usage();
  const text = report(pagesUsed * pageBytes);
  console.log(text);
  if (process.argv.includes("--write")) {
    writeFileSync(join(import.meta.dirname, "../results/store.md"), `${text}\n`);
  }
  opened.value.close();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
