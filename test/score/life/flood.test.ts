import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import type { Advance } from "../../../src/score/life/life-cycle.ts";
import { change, deviation, host, life } from "../build.ts";

const alerts = ({ steps }: Advance) => steps.filter((s) => s.notable && s.anomaly.score.value >= 48);
/** Each on a port of its own, so that no rollout covers them. */
const openings = (...hosts: readonly number[]): readonly Deviation[] =>
  hosts.map((n) =>
    deviation({ host: host(n), subject: `tcp/${4000 + n}`, port: { transport: "tcp", number: 4000 + n } }),
  );
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe("more alerts than anybody reads", () => {
  it("twenty are twenty", () => {
    expect(alerts(life().cycle(openings(...numbers(1, 20))))).toHaveLength(20);
  });

  it("one more is one anomaly that lists all of them, told once", () => {
    const segment = life();
    const first = segment.cycle(openings(...numbers(1, 21)));
    expect(alerts(first)).toHaveLength(1);
    const [flood] = first.changed;
    expect(flood).toMatchObject({ kind: "rollout", group: { kind: "port-opened", from: null, to: null } });
    expect(flood?.group?.members.map((m) => m.subject)).toEqual(numbers(4001, 21).map((n) => `tcp/${n}`));
    expect(segment.cycle(openings(...numbers(1, 21))).steps).toEqual([]);
  });

  it("takes in what follows in the next cycles, and grows by one update", () => {
    const segment = life();
    segment.cycle(openings(...numbers(1, 30)));
    const next = segment.cycle(openings(...numbers(1, 60)));
    expect(next.steps.map((s) => s.transition)).toEqual(["updated"]);
    expect(next.steps[0]?.anomaly.group?.members).toHaveLength(60);
  });

  it("folds the most frequent kind first and leaves the others alone", () => {
    const keys = numbers(1, 2).map((n) => change("hostkey-changed", n, [`old${n}`, `new${n}`]));
    const cycle = life().cycle([...openings(...numbers(50, 40)), ...keys]);
    expect(
      alerts(cycle)
        .map((s) => s.anomaly.kind)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(["hostkey-changed", "hostkey-changed", "rollout"]);
  });

  it("takes in those that were told alone before, with a reference to them", () => {
    const segment = life();
    const early = segment.cycle(openings(1, 2)).changed.map((a) => a.id);
    const raised = openings(...numbers(1, 25)).map((d) => ({
      ...d,
      host: d.host && { ...d.host, tags: ["crown-jewel"] },
    }));
    const cycle = segment.cycle(raised);
    expect(alerts(cycle).length).toBeLessThanOrEqual(20);
    expect(early.every((id) => segment.row(id) !== undefined)).toBe(true);
  });

  it("is over when the last of them is, and a member that was normal again is told anew", () => {
    const segment = life();
    segment.cycle(openings(...numbers(1, 30)), { at: 0 });
    const over = segment.cycle([], { at: 1, standing: () => "gone" });
    expect(over.steps.map((s) => s.transition)).toEqual(["resolved"]);
    expect(segment.cycle(openings(7), { at: 100 }).steps).toMatchObject([
      { anomaly: { kind: "port-opened" }, notable: true },
    ]);
  });
});
