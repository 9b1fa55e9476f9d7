import { describe, expect, it } from "vitest";
import { play, told } from "./play.ts";
import { but, plus, segment } from "./segment.ts";

const TEN = segment(10);
const WITH = but(TEN, 0, (one) => plus(one, { port: 444 }));
const HERE_AND_AWAY = [WITH, TEN, TEN, TEN];
const times = <T>(n: number, some: readonly T[]): readonly T[] => Array.from({ length: n }, () => some).flat();

describe("a port that keeps opening and closing", () => {
  it("is told twice, then once as what it is, and no more", async () => {
    const json = await play([TEN, TEN, ...times(9, HERE_AND_AWAY)], { learnScans: 2 });
    const kinds = json.cycles.map((c) => c.anomalies.length);
    expect(told(json).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "flapping 10.0.0.1:444/tcp",
      "port-opened 10.0.0.1:444/tcp resolved",
    ]);
    expect(kinds.slice(14).every((count) => count === 0)).toBe(true);
    const flapping = json.anomalies.find((a) => a.kind === "flapping");
    expect(flapping).toMatchObject({ severity: "medium", state: "open" });
    expect(flapping?.message).toContain("keeps changing between open and closed");
  });

  it("is over when it is steady, and what then stays open is told", async () => {
    const json = await play([TEN, TEN, ...times(5, HERE_AND_AWAY), ...times(22, [WITH])], { learnScans: 2 });
    expect(told(json).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "flapping 10.0.0.1:444/tcp resolved",
      "port-opened 10.0.0.1:444/tcp",
    ]);
  });
});
