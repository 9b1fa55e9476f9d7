import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import type { Advance } from "../../../src/score/life/life-cycle.ts";
import { deviation, host, life, nonNull, START } from "../build.ts";

const DAY_HOURS = 24;
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const opened = (port: number, ...hosts: readonly number[]): readonly Deviation[] =>
  hosts.map((n) => deviation({ host: host(n), subject: `tcp/${port}`, port: { transport: "tcp", number: port } }));
const lines = ({ members }: Advance) =>
  members.map((s) => `${s.transition} ${s.anomaly.host?.id} ${s.anomaly.subject} ${s.anomaly.state}`);
const groupsOf = ({ members }: Advance) => new Set(members.map((s) => s.memberOf));
const muteOf = (anomaly: string) => ({
  id: "m",
  match: { anomaly },
  reason: "r",
  until: START + 30 * 86_400_000,
  by: "b",
  origin: "o",
});

describe("steps of members", () => {
  it("are no alerts, and never more than five hundred in a cycle", () => {
    const found = numbers(0, 12).flatMap((i) => opened(5000 + i, ...numbers(1, 60)));
    const cycle = life().cycle(found);
    expect(cycle.members).toHaveLength(500);
    expect(cycle.members.some((s) => s.notable)).toBe(false);
    const counts = cycle.steps.map((s) => s.members ?? { told: 0, leftOut: 0 });
    expect(counts.reduce((sum, one) => sum + one.told, 0)).toBe(500);
    expect(counts.reduce((sum, one) => sum + one.leftOut, 0)).toBe(found.length - 500);
    expect(Math.max(...counts.map((one) => one.told))).toBe(50);
  });

  it("of a member without an event of its own, there is none when it is over", () => {
    const segment = life();
    segment.cycle(opened(4444, ...numbers(1, 60)));
    const over = segment.cycle([], { standing: () => "gone" });
    expect(over.members).toHaveLength(50);
    expect([...segment.rows.values()].every((row) => row.told === undefined)).toBe(true);
  });

  it("that move to another group go on in it, and are not over in the former one", () => {
    const segment = life();
    segment.cycle(opened(4444, 1, 2, 3), { at: 0 });
    const later = segment.cycle(opened(4444, 1, 2, 3, 4), { at: 4 * DAY_HOURS });
    expect(later.steps.map((s) => `${s.transition} ${s.anomaly.kind}`)).toEqual([
      "resolved rollout",
      "opened port-spread",
    ]);
    expect(lines(later)).toEqual([
      "updated host-1 tcp/4444 open",
      "updated host-2 tcp/4444 open",
      "updated host-3 tcp/4444 open",
      "opened host-4 tcp/4444 open",
    ]);
    expect(groupsOf(later)).toEqual(new Set([later.steps[1]?.anomaly.id]));
  });

  it("nothing ends in a degraded cycle", () => {
    const segment = life();
    segment.cycle(opened(4444, 1, 2, 3));
    expect(segment.cycle([], { standing: () => "gone", degraded: true }).members).toEqual([]);
    expect(segment.cycle(opened(4444, 1), { standing: () => "gone", degraded: true }).members).toEqual([]);
  });

  it("share a mute of their group, also whoever joins during it, and are told again after it", () => {
    const segment = life();
    const first = segment.cycle(opened(4444, 1, 2, 3), { at: 0 });
    const mutes = [muteOf(nonNull(first.steps[0]).anomaly.id)];
    expect(lines(segment.cycle(opened(4444, 1, 2, 3), { at: 1, mutes }))).toEqual(
      [1, 2, 3].map((n) => `muted host-${n} tcp/4444 muted`),
    );
    expect(lines(segment.cycle(opened(4444, 1, 2, 3, 4), { at: 2, mutes }))).toEqual(["opened host-4 tcp/4444 muted"]);
    const after = segment.cycle(opened(4444, 1, 2, 3, 4), { at: 3 });
    expect(lines(after)).toEqual([1, 2, 3, 4].map((n) => `opened host-${n} tcp/4444 open`));
    expect(after.members.map((s) => s.anomaly.episode)).toEqual([2, 2, 2, 2]);
  });

  it("a group of an older version tells only of who joins now", () => {
    const segment = life();
    segment.cycle(opened(4444, 1, 2, 3), { at: 0 });
    for (const [id, { told: _told, ...row }] of segment.rows) segment.rows.set(id, row);
    expect(segment.cycle(opened(4444, 1, 2, 3), { at: 1 }).members).toEqual([]);
    expect(lines(segment.cycle(opened(4444, 1, 2, 3, 4), { at: 2 }))).toEqual(["opened host-4 tcp/4444 open"]);
    expect(lines(segment.cycle([], { at: 3, standing: () => "gone" }))).toEqual(["resolved host-4 tcp/4444 resolved"]);
  });
});
