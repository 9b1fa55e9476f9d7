import { describe, expect, it } from "vitest";
import { emptyBaseline } from "../../../src/domain/baseline.ts";
import type { Deviation } from "../../../src/domain/deviation.ts";
import type { Advance } from "../../../src/score/life/life-cycle.ts";
import { baselineWith, change, deviation, host, life, nonNull, told } from "../build.ts";

const DAY = 24;
const worm = (...hosts: readonly number[]) => hosts.map((n) => deviation({ host: host(n) }));
const ips = ({ changed }: Advance) => changed.find((a) => a.kind === "port-spread")?.group?.members.map((m) => m.ip);

describe("the same port on host after host", () => {
  it("a worm that takes a host every 18 hours is linked by the third host, and grows by updates", () => {
    const segment = life();
    segment.cycle(worm(1), { at: 0 });
    segment.cycle(worm(1, 2), { at: 18 });
    const third = segment.cycle(worm(1, 2, 3), { at: 36 });
    expect(told(third)).toEqual([
      "resolved port-opened tcp/4444",
      "resolved port-opened tcp/4444",
      "opened port-spread port-opened 4444/tcp",
    ]);
    const spread = nonNull(third.steps[2]);
    expect(spread.notable).toBe(true);
    expect(spread.anomaly.message).toBe(
      "Port 4444/tcp opens on host after host in segment dmz-west: app1.corp.example, app2.corp.example, app3.corp.example.",
    );
    expect(spread.anomaly.supersedes).toHaveLength(2);
    for (let n = 4; n < 14; n++) {
      const hosts = Array.from({ length: n }, (_, i) => i + 1);
      const next = segment.cycle(worm(...hosts), { at: 18 * (n - 1) });
      expect(told(next)).toEqual(["updated port-spread port-opened 4444/tcp"]);
    }
  });

  it("hosts that are clean again still count, and are named", () => {
    const segment = life();
    segment.cycle(worm(1), { at: 0 });
    segment.cycle(worm(2), { at: 2 * DAY, standing: () => "gone" });
    const third = segment.cycle(worm(3), { at: 4 * DAY, standing: () => "gone" });
    expect(told(third)).toContain("opened port-spread port-opened 4444/tcp");
    expect(ips(third)?.toSorted((a, b) => a.localeCompare(b))).toEqual(["10.20.30.1", "10.20.30.2", "10.20.30.3"]);
  });

  it.each<readonly [string, readonly (readonly [number, readonly Deviation[]])[]]>([
    [
      "eight days apart",
      [
        [0, worm(1)],
        [8 * DAY, worm(1, 2)],
        [16 * DAY, worm(1, 2, 3)],
      ],
    ],
    [
      "two hosts",
      [
        [0, worm(1)],
        [18, worm(1, 2)],
      ],
    ],
    [
      "different products",
      ["a", "b", "c"].map(
        (product, i) => [i * DAY, [deviation({ host: host(i), after: { state: "open", product } })]] as const,
      ),
    ],
    [
      "announced or otherwise for information",
      [1, 2, 3].map((n) => [n * DAY, [deviation({ host: host(n), informational: true })]] as const),
    ],
    ["no opening", [1, 2, 3].map((n) => [n * DAY * 2, [change("service-changed", n, ["http", "ssh"])]] as const)],
  ])("%s is no spread", (_, cycles) => {
    const segment = life();
    const steps = cycles.flatMap(([at, found]) => segment.cycle(found, { at }).steps);
    expect(steps.map((s) => s.anomaly.kind)).not.toContain("port-spread");
  });

  it("three hosts at once are a rollout, which becomes a spread when another follows after its window", () => {
    const segment = life();
    expect(told(segment.cycle(worm(1, 2, 3), { at: 0 }))).toEqual(["opened rollout port-opened 4444/tcp"]);
    expect(told(segment.cycle(worm(1, 2, 3, 4), { at: DAY }))).toEqual(["updated rollout port-opened 4444/tcp"]);
    const late = segment.cycle(worm(1, 2, 3, 4, 5), { at: 4 * DAY });
    expect(told(late)).toEqual(["resolved rollout port-opened 4444/tcp", "opened port-spread port-opened 4444/tcp"]);
    expect(ips(late)).toHaveLength(5);
  });

  /** An opening that is ordinary by itself. */
  const dynamic = (n: number) =>
    deviation({
      host: host(n),
      port: { transport: "tcp", number: 50_123 },
      subject: "tcp/50123",
      after: { state: "open", service: "http", confidence: 10 },
      history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    });

  it("a port that nobody else ever had is high although each opening alone is ordinary", () => {
    const spreadIn = (baseline = emptyBaseline("dmz-west")) => {
      const segment = life({ baseline });
      for (const n of [1, 2]) segment.cycle([1, 2].slice(0, n).map(dynamic), { at: n * DAY });
      return nonNull(
        segment.cycle([1, 2, 3].map(dynamic), { at: 3 * DAY }).changed.find((a) => a.kind === "port-spread"),
      );
    };
    expect(spreadIn().score.band).toBe("high");
    const known = baselineWith("other", "tcp/50123", { value: "1", current: "1", streak: 1, observed: 1, changes: 0 });
    expect(spreadIn(known).score.value).toBeLessThan(48);
  });

  it("what only several hosts together say is not concluded from a scan in doubt, but from the next one", () => {
    const segment = life();
    for (const n of [1, 2]) segment.cycle([1, 2].slice(0, n).map(dynamic), { at: n * DAY });
    const doubtful = segment.cycle([1, 2, 3].map(dynamic), { at: 3 * DAY, doubtful: true });
    expect(doubtful.steps.filter(({ notable, anomaly }) => notable && anomaly.score.value >= 48)).toEqual([]);
    const believed = segment.cycle([1, 2, 3].map(dynamic), { at: 3 * DAY + 6 });
    expect(told(believed)).toEqual(["escalated port-spread port-opened 50123/tcp"]);
  });
});
