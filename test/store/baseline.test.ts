import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyBaseline } from "../../src/domain/baseline.ts";
import { anomaly, hostBaseline, segmentBaseline } from "./support/arbitraries.ts";
import {
  baselineOf,
  cycle,
  cycleCommit,
  hostBaseline as host,
  operatorCommit,
  portBaseline,
  SEGMENT,
} from "./support/samples.ts";
import { newStore } from "./support/temp-store.ts";

describe("the baseline in the store", () => {
  it("comes back exactly as it was committed, whatever hosts said", async () => {
    const store = newStore();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(segmentBaseline, async (baseline) => {
        await store.cycles.commitOperator(operatorCommit(`a${n++}`, { baseline }));
        expect(await store.cycles.loadBaseline(SEGMENT)).toEqual(baseline);
      }),
      { numRuns: 60 },
    );
  });

  it("holds the touched hosts of each cycle and leaves the others alone", async () => {
    const store = newStore();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(segmentBaseline, fc.array(hostBaseline, { maxLength: 4 }), async (before, changed) => {
        const after = {
          ...before,
          scans: before.scans + 1,
          hosts: new Map([...before.hosts, ...changed.map((h) => [h.id, h] as const)]),
        };
        await store.cycles.commitOperator(operatorCommit(`a${n}`, { baseline: before }));
        const touched = new Set(changed.map((h) => h.id));
        await store.cycles.commitCycle(cycleCommit(`c${n++}`, { baseline: after, touchedHosts: touched }));
        expect(await store.cycles.loadBaseline(SEGMENT)).toEqual(after);
      }),
      { numRuns: 40 },
    );
  });

  it("comes back in the same order each time: hosts by id, ports by transport and number", async () => {
    const store = newStore();
    const ports = [443, 22, 80].map((p) => [`tcp/${p}`, portBaseline(p)] as const);
    const baseline = baselineOf([host("b", { ports: new Map(ports) }), host("a")]);
    await store.cycles.commitOperator(operatorCommit("a1", { baseline }));
    const loaded = await store.cycles.loadBaseline(SEGMENT);
    expect([...loaded.hosts.keys()]).toEqual(["a", "b"]);
    expect([...(loaded.hosts.get("b")?.ports.keys() ?? [])]).toEqual(["tcp/22", "tcp/80", "tcp/443"]);
  });

  it("forgets a touched host that the baseline no longer has, with its marks", async () => {
    const store = newStore();
    await store.cycles.commitCycle(
      cycleCommit("c1", {
        baseline: baselineOf([host("a"), host("b")]),
        touchedHosts: new Set(["a", "b"]),
        observationMarks: [
          { hostId: "a", unit: "host", digest: "d", at: 1 },
          { hostId: "b", unit: "tcp/80", digest: "e", at: 2 },
        ],
      }),
    );
    await store.cycles.commitCycle(
      cycleCommit("c2", { baseline: baselineOf([host("b")]), touchedHosts: new Set(["a"]) }),
    );
    expect([...(await store.cycles.loadBaseline(SEGMENT)).hosts.keys()]).toEqual(["b"]);
    expect(await store.cycles.loadObservationMarks(SEGMENT)).toEqual([
      { hostId: "b", unit: "tcp/80", digest: "e", at: 2 },
    ]);
  });

  it("is untouched by a cycle from which nothing may be learned", async () => {
    const store = newStore();
    const baseline = baselineOf([host("a")]);
    await store.cycles.commitOperator(operatorCommit("a1", { baseline }));
    await store.cycles.commitCycle(cycleCommit("c1", { cycle: cycle("c1", { state: "degraded", scanNumber: 9 }) }));
    expect(await store.cycles.loadBaseline(SEGMENT)).toEqual(baseline);
    expect(await store.cycles.nextScanNumber(SEGMENT)).toBe(10);
  });

  it("is empty for a segment nobody scanned, also after its first cycle began", async () => {
    const store = newStore();
    expect(await store.cycles.loadBaseline("lab")).toEqual(emptyBaseline("lab"));
    await store.cycles.beginCycle(cycle("c1", { segment: "lab" }));
    expect(await store.cycles.loadBaseline("lab")).toEqual(emptyBaseline("lab"));
  });

  it("names the row that cannot be read", async () => {
    const store = newStore();
    await store.cycles.commitOperator(operatorCommit("a1", { baseline: baselineOf([host("a")]) }));
    const other = new DatabaseSync(join(store.directory, "tripline.db"));
    other.exec("UPDATE host_memory SET memory = replace(memory, '\"service\"', '\"servive\"')");
    other.close();
    await expect(store.cycles.loadBaseline(SEGMENT)).rejects.toThrow(
      "row a of table host cannot be read: port tcp/80: servive is not a field",
    );
  });

  it("rolls a host change of an unknown host back with its audit row", async () => {
    const store = newStore();
    await expect(store.cycles.commitOperator(operatorCommit("a1", { hosts: [host("nobody")] }))).rejects.toThrow(
      "host nobody is not in the baseline",
    );
    expect(await store.history.audit(10)).toEqual([]);
  });
});

describe("anomalies in the store", () => {
  it("come back exactly as they were committed", async () => {
    const store = newStore();
    await fc.assert(
      fc.asyncProperty(anomaly, async (one) => {
        await store.cycles.commitCycle(cycleCommit("c1", { anomalies: [one] }));
        expect(await store.history.anomaly(one.id)).toEqual(one);
      }),
      { numRuns: 60 },
    );
  });
});
