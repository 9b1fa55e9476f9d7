import { describe, expect, it } from "vitest";
import type { CycleState } from "../../src/domain/ports/stores.ts";
import { inside } from "./support/dump.ts";
import { anomaly, cycle, cycleCommit, event, hostObservation, nmapRun, SEGMENT } from "./support/samples.ts";
import { newStore, NOW } from "./support/temp-store.ts";

describe("cycles that are old enough to be forgotten", () => {
  const kept = async (states: readonly CycleState[]) => {
    const store = newStore();
    for (const [i, state] of states.entries())
      await store.cycles.commitCycle(cycleCommit(`c${i}`, { cycle: cycle(`c${i}`, { state, startedAt: NOW + i }) }));
    return store.keeping.cycleIdsOlderThan(NOW + 100);
  };

  it.each<[string, readonly CycleState[], readonly string[]]>([
    ["none of one", ["done"], []],
    ["all but the newest", ["done", "done", "done"], ["c0", "c1"]],
    [
      "a failed, partial or degraded one is a verdict too",
      ["done", "failed", "partial", "degraded"],
      ["c0", "c1", "c2"],
    ],
    [
      "the newest with a verdict stays, although others began later",
      ["done", "done", "interrupted", "running"],
      ["c0"],
    ],
    ["an interrupted one goes when a newer one has a verdict", ["interrupted", "done"], ["c0"]],
    ["one that runs never goes", ["running", "done"], []],
  ])("%s", async (_, states, expected) => {
    expect(await kept(states)).toEqual(expected);
  });

  it("a cycle that began at that moment is not older", async () => {
    const store = newStore();
    for (const n of [0, 1])
      await store.cycles.commitCycle(
        cycleCommit(`c${n}`, { cycle: cycle(`c${n}`, { state: "done", startedAt: NOW + n }) }),
      );
    expect(await store.keeping.cycleIdsOlderThan(NOW)).toEqual([]);
    expect(await store.keeping.cycleIdsOlderThan(NOW + 1)).toEqual(["c0"]);
  });
});

describe("facts of cycles", () => {
  it("are there until they are forgotten, of that cycle only; unknown ones and none cost nothing", async () => {
    const store = newStore();
    for (const id of ["c1", "c2"]) {
      await store.cycles.beginCycle(cycle(id));
      await store.cycles.commitShard({ cycleId: id, shard: 0, elapsedMs: 1, runs: [nmapRun(0)] });
    }
    expect(await store.keeping.cyclesWithFacts()).toEqual(new Set(["c1", "c2"]));
    const before = await store.keeping.mark();
    await store.keeping.forgetFacts([]);
    expect(await store.keeping.mark()).toEqual(before);
    await store.keeping.forgetFacts(["c1", "nobody"]);
    expect(await store.keeping.cyclesWithFacts()).toEqual(new Set(["c2"]));
    expect(await store.cycles.loadRuns("c2")).toEqual([nmapRun(0)]);
  });

  it("are summed up per shard over its port scans; a longer time wins, a later look adds nothing", async () => {
    const store = newStore();
    await store.cycles.beginCycle(cycle("c1"));
    const port = { transport: "tcp", number: 22, reason: "", reasonTtl: null, service: null, identity: null } as const;
    const hosts = [
      hostObservation("10.0.0.1", {
        ports: [{ ...port, state: "open", scripts: [], verified: false }],
        otherStates: [{ state: "closed", count: 9, transport: "tcp" }],
        srttMicros: 100,
      }),
      hostObservation("10.0.0.2", {
        otherStates: [{ state: "closed", count: 1, transport: null }],
        problems: ["timed-out"],
        srttMicros: null,
      }),
      hostObservation("10.0.0.3", { otherStates: [], srttMicros: 300 }),
    ];
    const runs = [nmapRun(0, { hosts, hostsUp: 3, hostsDown: 2 }), nmapRun(1, { phase: "verify", hostsUp: 9 })];
    const commit = { cycleId: "c1", shard: 0, runs };
    await store.cycles.commitShard({ ...commit, elapsedMs: 12.6 });
    await store.cycles.commitShard({ ...commit, elapsedMs: 5, runs: [nmapRun(2, { phase: "verify" })] });
    const row = inside(store.directory, (database) => database.prepare("SELECT * FROM shard").get());
    expect({ ...row }).toEqual({
      cycle_id: "c1",
      n: 0,
      elapsed_ms: 13,
      hosts_up: 3,
      hosts_down: 2,
      hosts_timed_out: 1,
      port_states: '[["closed",10],["open",1]]',
      srtt_micros: 200,
    });
  });
});

describe("anomalies as people look them up", () => {
  it.each<[string, readonly string[] | null, number | null, readonly string[]]>([
    ["all of them, the last told about first", null, null, ["b", "a", "c"]],
    ["of some states", ["open"], null, ["b", "c"]],
    ["of no state: none", [], null, []],
    ["seen at that very moment", null, NOW + 30, ["b", "a", "c"]],
    ["told about at or after it", null, NOW + 31, ["b"]],
    ["later than all", null, NOW + 99, []],
  ])("%s", async (_, states, since, expected) => {
    const store = newStore();
    const anomalies = [
      anomaly("a", { state: "resolved", lastSeen: NOW, lastEventAt: NOW + 30 }),
      anomaly("b", { lastSeen: NOW, lastEventAt: NOW + 50 }),
      anomaly("c", { lastSeen: NOW + 30, lastEventAt: NOW + 1 }),
      anomaly("d", { segment: "lab", lastEventAt: NOW + 60 }),
    ];
    await store.cycles.commitCycle(cycleCommit("c1", { anomalies }));
    const found = await store.history.anomalies({ segment: SEGMENT, states, since });
    expect(found.map(({ id }) => id)).toEqual(expected);
  });
});

it("room that is used grows with what is kept, and is given back by what is forgotten", async () => {
  const store = newStore({ maxSizeBytes: 4096 * 1000 + 5 });
  const empty = await store.keeping.usage();
  expect(empty).toMatchObject({ pagesAllowed: 1000, pageBytes: 4096, usable: true });
  await store.outbox.registerSink({ name: "s", kind: "file", backfill: true });
  const events = Array.from({ length: 100 }, (_, i) => event(`e${i}`, `"${"x".repeat(3000)}"`));
  await store.cycles.commitCycle(cycleCommit("c1", { events }));
  const full = await store.keeping.usage();
  expect(full.pagesUsed).toBeGreaterThan(empty.pagesUsed + 50);
  await store.outbox.commitRelay({ sink: "s", ackedSeq: 100, dead: [], at: NOW });
  await store.outbox.prune(NOW * 2);
  expect((await store.keeping.usage()).pagesUsed).toBeLessThan(empty.pagesUsed + 10);
});
