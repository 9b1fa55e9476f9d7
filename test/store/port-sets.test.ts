import { describe, expect, it } from "vitest";
import { parseIntervals } from "../../src/lib/intervals.ts";
import { intervalTexts, portSetOf } from "../../src/store/port-sets.ts";
import { inside } from "./support/dump.ts";
import { baselineOf, cycle, cycleCommit, hostBaseline, hostObservation, nmapRun, SEGMENT } from "./support/samples.ts";
import { newStore } from "./support/temp-store.ts";

const covering = (ports: string) =>
  [{ transport: "tcp", phase: "ports", ports: parseIntervals(ports) ?? [], scans: 1, first: 1, last: 1 }] as const;

describe("sets of ports", () => {
  it("are stored once, whoever has them: hosts that are known and hosts that are seen", async () => {
    const store = newStore();
    const hosts = ["a", "b"].map((id) => hostBaseline(id, { coverage: covering("1-1000") }));
    await store.cycles.commitCycle(
      cycleCommit("c1", { baseline: baselineOf(hosts), touchedHosts: new Set(["a", "b"]) }),
    );
    await store.cycles.beginCycle(cycle("c2"));
    const seen = ["22,80", "1-1000"].map((ports, i) => hostObservation(`10.0.0.${i}`, { coverage: covering(ports) }));
    await store.cycles.commitShard({ cycleId: "c2", shard: 0, elapsedMs: 1, runs: [nmapRun(0, { hosts: seen })] });
    const stored = inside(store.directory, (database) =>
      database.prepare("SELECT ports FROM port_set ORDER BY id").all(),
    );
    expect(stored.map((row) => row["ports"])).toEqual(["1-1000", "22,80"]);
  });

  it.each([
    ["that is gone", "DELETE FROM port_set"],
    ["that is no set of ports", "UPDATE port_set SET ports = 'x'"],
  ])("one %s makes the row that needs it damaged, not empty", async (_, sql) => {
    const store = newStore();
    const baseline = baselineOf([hostBaseline("a", { coverage: covering("1-9") })]);
    await store.cycles.commitCycle(cycleCommit("c1", { baseline, touchedHosts: new Set(["a"]) }));
    inside(store.directory, (database) => database.exec(sql));
    await expect(store.cycles.loadBaseline(SEGMENT)).rejects.toThrow();
  });

  it("are written as text once for each list, and the same whatever list says it", () => {
    const text = intervalTexts();
    const list = parseIntervals("1-3,7") ?? [];
    expect([text(list), text(list), text([...list])]).toEqual(["1-3,7", "1-3,7", "1-3,7"]);
    expect(() => portSetOf(new Map(), 5)).toThrow("5");
  });
});
