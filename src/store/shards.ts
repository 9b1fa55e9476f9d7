import type { NmapRun } from "../domain/nmap-run.ts";
import type { ShardCommit } from "../domain/ports/stores.ts";
import { median } from "../lib/statistics.ts";
import type { Database, Write } from "./database.ts";
import { runsWriter } from "./observations.ts";

/** The facts of one shard: its row and its runs. Later runs of the same shard (verification) may be added. */
export async function shardWriter(database: Database, commit: ShardCommit): Promise<Write> {
  const facts = shardFacts(commit.runs);
  const runs = await runsWriter(database, commit.cycleId, commit.runs);
  return (counter) => {
    database.run(
      `INSERT INTO shard (cycle_id, n, elapsed_ms, hosts_up, hosts_down, hosts_timed_out, port_states, srtt_micros)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cycle_id, n) DO UPDATE SET elapsed_ms = max(elapsed_ms, excluded.elapsed_ms)`,
      commit.cycleId,
      commit.shard,
      Math.round(commit.elapsedMs),
      facts.up,
      facts.down,
      facts.timedOut,
      JSON.stringify(facts.portStates),
      facts.srttMicros,
    );
    runs(counter);
  };
}

function shardFacts(runs: readonly NmapRun[]) {
  const scans = runs.filter((run) => run.phase === "ports");
  const hosts = scans.flatMap((run) => run.hosts);
  const states = new Map<string, number>();
  for (const host of hosts) {
    for (const port of host.ports) states.set(port.state, (states.get(port.state) ?? 0) + 1);
    for (const other of host.otherStates) states.set(other.state, (states.get(other.state) ?? 0) + other.count);
  }
  return {
    up: scans.reduce((sum, run) => sum + run.hostsUp, 0),
    down: scans.reduce((sum, run) => sum + run.hostsDown, 0),
    timedOut: hosts.filter((host) => host.problems.includes("timed-out")).length,
    portStates: [...states].sort(([a], [b]) => (a < b ? -1 : 1)),
    srttMicros: median(hosts.map((host) => host.srttMicros).filter((srtt) => srtt !== null)),
  };
}
