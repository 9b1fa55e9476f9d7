import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { deviation, life, told } from "../build.ts";

const closed = (from: number, count: number): readonly Deviation[] =>
  Array.from({ length: count }, (_, i) =>
    deviation({
      kind: "port-closed",
      subject: `tcp/${from + i}`,
      port: { transport: "tcp", number: from + i },
      target: "closed",
      from: "open",
      to: "closed",
      before: { state: "open" },
      after: { state: "closed" },
    }),
  );

describe("many ports of one host that change together", () => {
  it("fifty closed ports are one anomaly of the host that lists them", () => {
    const segment = life();
    const { steps } = segment.cycle(closed(1000, 50));
    expect(steps).toMatchObject([
      {
        transition: "opened",
        anomaly: { kind: "ports-changed", host: { id: "host-41" }, group: { kind: "port-closed" } },
      },
    ]);
    expect(steps[0]?.anomaly.message).toBe(
      "50 ports (port-closed) changed together on app41.corp.example (10.20.30.41), segment dmz-west.",
    );
    expect(steps[0]?.anomaly.group?.members).toHaveLength(50);
    expect(segment.cycle(closed(1000, 50)).steps).toEqual([]);
  });

  it("four are four, and those that are left of fifty are no news", () => {
    expect(life().cycle(closed(1000, 4)).steps).toHaveLength(4);
    const segment = life();
    segment.cycle(closed(1000, 50));
    expect(segment.cycle(closed(1000, 5)).steps).toEqual([]);
  });

  it("further ones join and are told by one update", () => {
    const segment = life();
    segment.cycle(closed(1000, 20));
    const more = segment.cycle(closed(1000, 24));
    expect(told(more)).toEqual(["updated ports-changed port-closed on many ports"]);
    expect(more.steps[0]?.anomaly.message).toContain("grew from 20 to 24 ports");
  });

  it("another kind on the same host is not taken in", () => {
    const segment = life();
    const other = deviation({ kind: "service-changed", target: "product:x", from: "a", to: "b" });
    const { steps } = segment.cycle([...closed(1000, 20), other]);
    expect(steps.map((s) => s.anomaly.kind).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "ports-changed",
      "service-changed",
    ]);
  });

  it("is over when the last of them is", () => {
    const segment = life();
    segment.cycle(closed(1000, 20));
    expect(told(segment.cycle([], { standing: () => "gone" }))).toEqual([
      "resolved ports-changed port-closed on many ports",
    ]);
  });
});
