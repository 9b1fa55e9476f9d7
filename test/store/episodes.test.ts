import { describe, expect, it } from "vitest";
import { anomaly, cycleCommit, SEGMENT } from "./support/samples.ts";
import { newStore, NOW } from "./support/temp-store.ts";

const DAY = 86_400_000;

describe("anomalies of the past", () => {
  it("are read whole while they live, are accepted, or were seen within a month before the newest", async () => {
    const store = newStore();
    const old = NOW - 400 * DAY;
    const anomalies = [
      anomaly("open-old", { lastSeen: old }),
      anomaly("muted-old", { state: "muted", lastSeen: old }),
      anomaly("accepted-old", { state: "accepted", lastSeen: old }),
      anomaly("resolved-young", { state: "resolved", lastSeen: NOW - 30 * DAY }),
      anomaly("newest", { state: "resolved", lastSeen: NOW }),
      anomaly("resolved-old", { state: "resolved", lastSeen: NOW - 32 * DAY, episode: 3 }),
      anomaly("aged-old", { state: "aged", lastSeen: old }),
    ];
    await store.cycles.commitCycle(cycleCommit("c1", { anomalies }));
    const read = await store.cycles.loadAnomalies(SEGMENT);
    expect(read.map(({ id }) => id)).toEqual(["accepted-old", "muted-old", "newest", "open-old", "resolved-young"]);
    expect(await store.cycles.loadEpisodes(SEGMENT)).toEqual(
      new Map([
        ["aged-old", 1],
        ["resolved-old", 3],
      ]),
    );
  });

  it("are none in a segment that never had any", async () => {
    const store = newStore();
    expect([...(await store.cycles.loadEpisodes(SEGMENT))]).toEqual([]);
  });
});
