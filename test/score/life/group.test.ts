import { describe, expect, it } from "vitest";
import { emptyBaseline, type SegmentBaseline } from "../../../src/domain/baseline.ts";
import type { Anomaly } from "../../../src/domain/anomaly.ts";
import type { Deviation } from "../../../src/domain/deviation.ts";
import {
  HOUR,
  START,
  baselineWith,
  change,
  context,
  declared,
  deviation,
  host,
  life,
  nonNull,
  told,
} from "../build.ts";

const UPDATE = ["9.6p1", "9.8p1"] as const;

/** Hosts that no longer answer, after sixty scans in which they did: desks, and from 50 on servers. */
function lost(...hosts: readonly number[]): readonly Deviation[] {
  const steady = { scans: 60, seen: 0, changes: 0, firstSeen: null, lastSeen: null };
  const what = {
    kind: "host-disappeared",
    subject: "presence",
    port: null,
    target: "down",
    from: "up",
    to: "down",
  } as const;
  return hosts.map((n) =>
    deviation({ ...what, before: {}, after: {}, history: steady, host: host(n), role: roleOf(host(n).address) }),
  );
}

function roleOf(address: string): "server" | "workstation" {
  return Number(address.slice(-2)) >= 50 ? "server" : "workstation";
}

function updates(...hosts: readonly number[]): readonly Deviation[] {
  return hosts.map((n) => change("version-changed", n, UPDATE));
}

/** A segment of so many hosts that three are a small share. */
function segmentOf(hosts: number): SegmentBaseline {
  const known = nonNull(
    [
      ...baselineWith("x", "tcp/22", { value: "1", current: "1", streak: 1, observed: 1, changes: 0 }).hosts.values(),
    ][0],
  );
  return {
    ...emptyBaseline("dmz-west"),
    hosts: new Map(Array.from({ length: hosts }, (_, i) => [`host-${i}`, { ...known, id: `host-${i}` }])),
  };
}

const byText = (a = "", b = "") => a.localeCompare(b);
const LARGE = { baseline: segmentOf(100) };

describe("the same change on several hosts", () => {
  it("of which there are two stays single", () => {
    expect(told(life(LARGE).cycle(updates(41, 42)))).toEqual([
      "opened version-changed tcp/22",
      "opened version-changed tcp/22",
    ]);
  });

  it("of which there are three is one rollout, as in the event contract", () => {
    const { steps, changed } = life(LARGE).cycle(updates(43, 41, 42));
    expect(steps).toHaveLength(1);
    expect(steps[0]?.anomaly.message).toBe(
      "3 hosts in segment dmz-west: version-changed for openssh on 22/tcp from 9.6p1 to 9.8p1.",
    );
    expect(changed[0]).toMatchObject({
      kind: "rollout",
      subject: "version-changed 22/tcp openssh",
      host: null,
      score: { value: 19, band: "low" },
      group: { kind: "version-changed", from: "9.6p1", to: "9.8p1" },
      before: { version: "9.6p1" },
      after: { version: "9.8p1", product: "OpenSSH" },
    });
    expect(changed[0]?.group?.members.map((m) => m.ip)).toEqual(["10.20.30.41", "10.20.30.42", "10.20.30.43"]);
    expect(changed[0]?.reasons).toContain("rollout");
  });

  it("names each member by the id it would have alone", () => {
    const alone = life(LARGE).cycle(updates(41)).changed[0]?.id;
    const [rollout] = life(LARGE).cycle(updates(41, 42, 43)).changed;
    expect(rollout?.group?.members[0]?.anomalyId).toBe(alone);
  });

  it.each<readonly [string, (n: number) => Partial<Deviation>]>([
    ["from different versions", (n) => ({ from: `9.${n}` })],
    ["to different versions", (n) => ({ to: `9.${n}`, target: `9.${n}` })],
    ["of different products", (n) => ({ after: { product: `sshd${n}` } })],
    ["on different ports", (n) => ({ port: { transport: "tcp", number: 2000 + n }, subject: `tcp/${2000 + n}` })],
  ])("but %s is not the same", (_, extra) => {
    const found = [41, 42, 43].map((n) => change("version-changed", n, UPDATE, extra(n)));
    expect(life(LARGE).cycle(found).steps).toHaveLength(3);
  });

  it("keeps findings single: each has its own file and line", () => {
    const found = [41, 42, 43].map((n) => deviation({ kind: "undeclared-port", host: host(n), declared: declared() }));
    expect(life(LARGE).cycle(found).steps).toHaveLength(3);
  });

  it("what is critical alone is critical in company: three hosts with the same unknown port", () => {
    const found = [41, 42, 43].map((n) => deviation({ host: host(n, { tags: ["crown-jewel"] }) }));
    expect(life(LARGE).cycle(found).steps).toMatchObject([
      { notable: true, anomaly: { kind: "rollout", score: { band: "critical" } } },
    ]);
  });

  it("is confirmed only when every member is", () => {
    const [first, ...others] = updates(41, 42, 43);
    const { changed } = life(LARGE).cycle([{ ...nonNull(first), confirmed: false }, ...others]);
    expect(changed[0]?.confirmed).toBe(false);
  });
});

describe("a rollout over several cycles", () => {
  it("grows with one update per cycle in which somebody joins, and members stay", () => {
    const segment = life(LARGE);
    segment.cycle(updates(41, 42, 43));
    const joined = segment.cycle(updates(41, 42, 43, 44));
    expect(told(joined)).toEqual(["updated rollout version-changed 22/tcp openssh"]);
    expect(joined.steps[0]?.anomaly.message).toContain("grew from 3 to 4 hosts");
    expect(told(segment.cycle(updates(44)))).toEqual([]);
    expect([...segment.rows.values()].map((a) => a.group?.members.length)).toEqual([4]);
  });

  it("takes in who was told alone before, with a reference to it", () => {
    const segment = life(LARGE);
    const alone = nonNull(segment.cycle(updates(41)).changed[0]).id;
    const joined = segment.cycle(updates(41, 42, 43, 44));
    expect(told(joined)).toEqual(["resolved version-changed tcp/22", "opened rollout version-changed 22/tcp openssh"]);
    expect(joined.steps.map((s) => s.notable)).toEqual([false, true]);
    expect(segment.row(alone)).toMatchObject({ state: "resolved", closed: { reason: "superseded" } });
    expect(joined.steps[1]?.anomaly.supersedes).toEqual([alone]);
    expect(told(segment.cycle(updates(41, 42, 43, 44)))).toEqual([]);
  });

  it("a patch wave of one host a day is one rollout by the third host, and one update for each that follows", () => {
    const segment = life(LARGE);
    expect(told(segment.cycle(updates(41), { at: 0 }))).toEqual(["opened version-changed tcp/22"]);
    expect(told(segment.cycle(updates(41, 42), { at: 24 }))).toEqual([
      "updated version-changed tcp/22",
      "opened version-changed tcp/22",
    ]);
    expect(told(segment.cycle(updates(41, 42, 43), { at: 48 }))).toEqual([
      "resolved version-changed tcp/22",
      "resolved version-changed tcp/22",
      "opened rollout version-changed 22/tcp openssh",
    ]);
    expect(told(segment.cycle(updates(41, 42, 43, 44), { at: 72 }))).toEqual([
      "updated rollout version-changed 22/tcp openssh",
    ]);
    const open = [...segment.rows.values()].filter((a) => a.state === "open");
    expect(open.map((a) => a.group?.members.length)).toEqual([4]);
  });

  it("nobody joins later than 72 hours after its first member: what comes then is told anew, members stay", () => {
    const segment = life(LARGE);
    segment.cycle(updates(41, 42, 43), { at: 0 });
    expect(told(segment.cycle(updates(41, 42, 43, 44), { at: 73 }))).toEqual([
      "opened version-changed tcp/22",
      "updated rollout version-changed 22/tcp openssh",
    ]);
    const next = segment.cycle(updates(41, 42, 43, 44, 45, 46), { at: 74 });
    expect(told(next)).toEqual(["resolved version-changed tcp/22", "opened rollout version-changed 22/tcp openssh"]);
    const open = [...segment.rows.values()].filter((a) => a.state === "open");
    expect(open.map((a) => a.group?.members.map((m) => m.ip.slice(-2)).join(" ")).toSorted(byText)).toEqual([
      "41 42 43",
      "44 45 46",
    ]);
    expect(new Set(open.map((a) => a.group?.id)).size).toBe(2);
  });

  it("a single one of longer ago than 72 hours stays what it is", () => {
    const segment = life(LARGE);
    segment.cycle(updates(41), { at: 0 });
    expect(told(segment.cycle(updates(41, 42, 43), { at: 73 }))).toEqual([
      "updated version-changed tcp/22",
      "opened version-changed tcp/22",
      "opened version-changed tcp/22",
    ]);
  });

  it("a member that was normal again and changes once more is told, the others are not", () => {
    const segment = life(LARGE);
    const back = {
      standing: (a: Anomaly) => (a.group?.members.every((m) => m.hostId === "host-43") ? "gone" : "present"),
    };
    segment.cycle(updates(41, 42, 43), { at: 0 });
    expect(told(segment.cycle(updates(41, 42), { at: 1, ...back } as const))).toEqual([]);
    const again = segment.cycle(updates(41, 42, 43), { at: 2 });
    expect(told(again)).toEqual(["updated rollout version-changed 22/tcp openssh"]);
    expect(again.steps[0]?.anomaly.message).toContain("grew from 2 to 3 hosts");
    segment.cycle(updates(41, 42), { at: 80, ...back } as const);
    expect(told(segment.cycle(updates(41, 42, 43), { at: 81 }))).toEqual(["opened version-changed tcp/22"]);
  });

  it("a member that scores higher than the group raises it", () => {
    const segment = life(LARGE);
    const found = [41, 42, 43].map((n) =>
      deviation({ host: host(n), after: { state: "open", service: "http", confidence: 10 } }),
    );
    const before = nonNull(segment.cycle(found).changed[0]).score.value;
    const jewel = deviation({
      host: host(44, { tags: ["crown-jewel"] }),
      after: { state: "open", service: "http", confidence: 10 },
    });
    const { changed } = segment.cycle([...found, jewel]);
    expect(changed).toHaveLength(1);
    expect(changed[0]?.score.value).toBe(before + 15);
  });

  it("desks that go home in the evening are one rollout, and a server that dies meanwhile is told beside it", () => {
    const hosts = [...LARGE.baseline.hosts].map(
      ([id, known], n) => [id, { ...known, address: host(n).address }] as const,
    );
    const baseline = { ...LARGE.baseline, hosts: new Map(hosts) };
    const evening = (at: number) => ({ at, context: context({ roles: roleOf, committedAt: START + at * HOUR }) });
    const segment = life({ baseline });
    expect(told(segment.cycle(lost(41, 42, 43), evening(0)))).toEqual(["opened rollout host-disappeared presence"]);
    const next = segment.cycle(lost(41, 42, 43, 44, 50), evening(6));
    expect(told(next)).toEqual(["opened host-disappeared presence", "updated rollout host-disappeared presence"]);
    expect(next.steps.map(({ notable, anomaly }) => [notable, anomaly.host?.id ?? null])).toEqual([
      [true, "host-50"],
      [false, null],
    ]);
  });

  it("resolves as one when all are gone, and comes back with the same id", () => {
    const segment = life(LARGE);
    const id = segment.cycle(updates(41, 42, 43)).changed[0]?.id;
    expect(told(segment.cycle([], { standing: () => "gone" }))).toEqual([
      "resolved rollout version-changed 22/tcp openssh",
    ]);
    expect(segment.cycle(updates(42, 43, 41)).changed).toMatchObject([{ id, episode: 2 }]);
  });

  it("gives way to the next version of all of them", () => {
    const segment = life(LARGE);
    const old = nonNull(segment.cycle(updates(41, 42, 43)).changed[0]).id;
    const next = [41, 42, 43].map((n) => change("version-changed", n, ["9.6p1", "9.9"]));
    const { steps } = segment.cycle(next);
    expect(steps.map((s) => s.transition).toSorted()).toEqual(["opened", "resolved"]);
    expect(steps.find((s) => s.transition === "opened")?.anomaly.supersedes).toEqual([old]);
  });

  it("one member with a third value opens alone while the others stay in the group", () => {
    const segment = life(LARGE);
    segment.cycle(updates(41, 42, 43));
    const third = change("version-changed", 43, ["9.6p1", "9.9"]);
    expect(told(segment.cycle([...updates(41, 42), third]))).toEqual(["opened version-changed tcp/22"]);
  });
});

describe("more than 30 % of a segment changing the same way", () => {
  const keys = [1, 2, 3, 4].map((n) => change("certificate-changed", n, [`old${n}`, `new${n}`]));

  it("is one event even when every host has its own values", () => {
    const { steps } = life({ baseline: segmentOf(12) }).cycle(keys);
    expect(steps).toMatchObject([{ transition: "opened", anomaly: { kind: "rollout", from: null, to: null } }]);
    expect(steps[0]?.anomaly.message).toBe("4 hosts in segment dmz-west: certificate-changed for openssh on 22/tcp.");
  });

  it("is not reached by exactly 30 %", () => {
    expect(life({ baseline: segmentOf(14) }).cycle(keys).steps).toHaveLength(4);
  });

  it("needs three hosts: two of four are two anomalies", () => {
    expect(life({ baseline: segmentOf(4) }).cycle(keys.slice(0, 2)).steps).toHaveLength(2);
  });
});
