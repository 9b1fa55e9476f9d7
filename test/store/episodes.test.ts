import { describe, expect, it } from "vitest";
import type { AnomalyState } from "../../src/domain/anomaly.ts";
import { IN_EFFECT, ON_PORT } from "../../src/store/anomalies.ts";
import { inside } from "./support/dump.ts";
import { anomaly, cycleCommit, SEGMENT } from "./support/samples.ts";
import { newStore, NOW } from "./support/temp-store.ts";

const DAY = 86_400_000;

describe("anomalies of the past", () => {
  it("are not read with those that are in effect, however long ago these were seen", async () => {
    const store = newStore();
    const states: readonly AnomalyState[] = ["open", "muted", "accepted", "closed", "resolved", "aged"];
    const anomalies = states.map((state) => anomaly(state, { state, lastSeen: NOW - 400 * DAY }));
    await store.cycles.commitCycle(cycleCommit("c1", { anomalies }));
    const read = await store.cycles.loadAnomalies(SEGMENT);
    expect(read.map(({ id }) => id)).toEqual(["accepted", "closed", "muted", "open"]);
  });

  it("are found by their id, so that a reopening has a number of its own", async () => {
    const store = newStore();
    const old = anomaly("old", { state: "resolved", episode: 3, lastSeen: NOW - 400 * DAY });
    await store.cycles.commitCycle(cycleCommit("c1", { anomalies: [old] }));
    expect(store.cycles.pastAnomalies(SEGMENT).find("old")).toEqual(old);
    expect(store.cycles.pastAnomalies(SEGMENT).find("unknown")).toBeNull();
  });

  it("are found by the port they are about, from a time on", async () => {
    const store = newStore();
    const on = (id: string, number: number, more: Partial<Parameters<typeof anomaly>[1]> = {}) =>
      anomaly(id, { state: "resolved", port: { transport: "tcp", number }, firstSeen: NOW, ...more });
    const anomalies = [
      on("b", 4444),
      on("a", 4444, { firstSeen: NOW - DAY }),
      on("older", 4444, { firstSeen: NOW - DAY - 1 }),
      on("elsewhere", 4445),
      on("aged", 4444, { state: "aged" }),
      on("alive", 4444, { state: "open" }),
      anomaly("no-port", { state: "resolved", port: null, firstSeen: NOW }),
    ];
    await store.cycles.commitCycle(cycleCommit("c1", { anomalies }));
    const found = store.cycles.pastAnomalies(SEGMENT).onPort(4444, NOW - DAY);
    expect(found.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(store.cycles.pastAnomalies("lab").onPort(4444, NOW - DAY)).toEqual([]);
  });

  it("cost a cycle nothing that it does not ask for: each question has an index", () => {
    const store = newStore();
    const plan = (sql: string, ...values: readonly (string | number)[]) =>
      inside(store.directory, (database) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values))
        .map(({ detail }) => String(detail))
        .join("; ");
    expect(plan(IN_EFFECT, SEGMENT)).toBe("SEARCH anomaly USING INDEX anomaly_in_effect (segment=?)");
    expect(plan(ON_PORT, SEGMENT, 22, 0)).toContain(
      "USING INDEX anomaly_over_by_port (segment=? AND <expr>=? AND <expr>>?)",
    );
  });
});
