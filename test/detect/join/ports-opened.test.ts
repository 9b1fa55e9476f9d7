import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import type { PortKey } from "../../../src/domain/network.ts";
import { cycle, host, learned, mac, series, told } from "../../baseline/world.ts";
import type { CycleOptions, HostLike, PortLike } from "../../baseline/world.ts";

const SSH: PortLike = { number: 22 };
const A: HostLike = { address: "10.0.0.7", mac: mac(7), ports: [SSH] };
const row = (count: number, from = 9000, more: Partial<PortLike> = {}): readonly PortLike[] =>
  Array.from({ length: count }, (_, i) => ({ number: from + i, ...more }));
const scan = (ports: readonly PortLike[], more: Partial<HostLike> = {}) => [
  host({ ...A, ports: [SSH, ...ports], ...more }),
];
const BASELINE = learned(scan([]));
const [KNOWN] = [...BASELINE.hosts.values()];
const TOGETHER = ["ports-opened 10.0.0.7 ports"];

function found(ports: readonly PortLike[], more: Partial<HostLike> = {}, options?: CycleOptions) {
  return cycle(BASELINE, scan(ports, more), options).deviations;
}

const singles = (...numbers: readonly number[]) => numbers.map((n) => `port-opened 10.0.0.7 tcp/${n}`).toSorted();

describe("many ports that opened on one host in one scan", () => {
  it.each([
    { name: "nine are nine", ports: row(9), told: singles(...row(9).map((p) => p.number)) },
    { name: "ten are one", ports: row(10), told: TOGETHER },
    { name: "two transports count together", ports: [...row(5), ...row(5, 53, { transport: "udp" })], told: TOGETHER },
  ])("$name", ({ ports, told: expected }) => {
    const covered = [
      { transport: "tcp", phase: "ports", ports: [[1, 49_151]] },
      { transport: "udp", phase: "ports", ports: [[1, 1000]] },
    ] as const;
    const both = (like: readonly PortLike[]) => scan(like).map((h) => ({ ...h, coverage: covered }));
    expect(told(cycle(learned(both([])), both(ports)).deviations)).toEqual(expected);
  });

  it.each([
    { asked: 8, opened: 4, told: "four" },
    { asked: 8, opened: 5, told: "one" },
    { asked: 16, opened: 7, told: "seven" },
    { asked: 16, opened: 8, told: "one" },
  ])("of $asked asked ports $opened open ones are told as $told", ({ asked, opened, told: words }) => {
    const covered = [[9000, 9000 + asked - 1]] as const;
    const few = (ports: readonly PortLike[]) => [host({ ...A, ports, covered })];
    const { deviations } = cycle(learned(few([])), few(row(opened)));
    expect(told(deviations)).toEqual(words === "one" ? TOGETHER : singles(...row(opened).map((p) => p.number)));
  });

  it("ports that a declaration expects are neither told nor counted", () => {
    const keys = row(3).map((p): PortKey => `tcp/${p.number}`);
    const expected = new Map([[KNOWN?.id ?? "", new Set(keys)]]);
    const options = { expected } as const;
    expect(told(found(row(12), {}, options))).toEqual(singles(...row(9, 9003).map((p) => p.number)));
    expect(found(row(13), {}, options)[0]?.after).toMatchObject({ open_count: 10, open_ports: "9003-9012" });
  });

  it("the expectation of another host says nothing about this one", () => {
    const expected = new Map([["somebody else", new Set<PortKey>(["tcp/9000"])]]);
    expect(told(found(row(1), {}, { expected }))).toEqual(singles(9000));
  });

  it("a changed technique joins nothing: every port is measured in another way than before", () => {
    const other = { summary: { comparability: new Map([["presence", "connect 7.93"]] as const) } };
    expect(found(row(12), {}, other)).toEqual([]);
  });

  it("leaves what else happened on the host beside it", () => {
    const now = scan(row(12), { mac: mac(70) });
    expect(told(cycle(learned(scan([])), now).deviations)).toContain("ports-opened 10.0.0.7 ports");
    expect(told(cycle(learned(scan([])), now).deviations)).not.toContain("port-opened 10.0.0.7 tcp/9000");
  });
});

describe("what stands for many ports", () => {
  it("carries how many, which, and of how many asked", () => {
    const [d] = found([...row(3, 21 + 2), ...row(9)]);
    expect(d).toMatchObject({
      kind: "ports-opened",
      subject: "ports",
      target: "open",
      from: "closed",
      to: "23-25,9000-9008",
      before: { state: "closed" },
      after: { state: "open", open_count: 12, open_ports: "23-25,9000-9008", asked_count: 49_151 },
      evidence: "syn-ack",
      confirmed: false,
      history: { scans: 20, seen: 0, changes: 0, lastSeen: null },
    });
    expect(d?.members).toHaveLength(12);
  });

  it("spells a long list as a count in the sentence and whole in the facts", () => {
    const odd = Array.from({ length: 30 }, (_, i) => ({ number: 9001 + 2 * i }));
    const [d] = found(odd);
    expect(d?.to).toMatch(/^30 ports, [0-9a-z]+$/);
    expect(d?.after.open_ports).toBe(odd.map((p) => p.number).join(","));
  });

  it("two different long lists are two values, the same list in another order is one", () => {
    const odd = Array.from({ length: 30 }, (_, i) => ({ number: 9001 + 2 * i }));
    const shifted = odd.map(({ number }) => ({ number: number + 1 }));
    const [first, same, other] = [odd, odd.toReversed(), shifted].map((ports) => found(ports)[0]?.to);
    expect(same).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each([
    { name: "no second probe: not confirmed", more: {}, confirmed: false, evidence: "syn-ack" },
    {
      name: "a sample answered again",
      more: { recheck: { same: 9, other: 1 } },
      confirmed: true,
      evidence: "handshake",
    },
    {
      name: "half a sample answered again",
      more: { recheck: { same: 5, other: 5 } },
      confirmed: true,
      evidence: "handshake",
    },
  ])("$name", ({ more, confirmed, evidence }) => {
    expect(found(row(12), more)[0]).toMatchObject({ kind: "ports-opened", confirmed, evidence });
  });

  it("is none at all when most of the sample was refuted", () => {
    expect(found(row(12), { recheck: { same: 1, other: 9 } })).toEqual([]);
  });

  it("is confirmed by the scan before, except in a recording, where nobody can be asked", () => {
    const once = cycle(BASELINE, scan(row(12))).lesson.baseline;
    expect(cycle(once, scan(row(12))).deviations[0]?.confirmed).toBe(true);
    expect(cycle(once, scan(row(12)), { context: { recorded: true } }).deviations[0]?.confirmed).toBe(false);
  });
});

describe("many open ports over several scans", () => {
  it("stay one deviation while they are open, with those that join later", () => {
    const cycles = series(BASELINE, [scan(row(12)), scan(row(12)), scan(row(24))]);
    expect(cycles.map((c) => told(c.deviations))).toEqual([TOGETHER, TOGETHER, TOGETHER]);
    expect(cycles.at(-1)?.deviations[0]?.after.open_count).toBe(24);
  });

  it("a few ports that open later are told by themselves", () => {
    const [, second] = series(BASELINE, [scan(row(12)), scan([...row(12), { number: 4444 }])]);
    expect(told(second?.deviations ?? [])).toEqual([...singles(4444), ...TOGETHER]);
  });

  it("beside a hundred of them one more says nothing new", () => {
    const [, second] = series(BASELINE, [scan(row(120)), scan([...row(120), { number: 4444 }])]);
    expect(told(second?.deviations ?? [])).toEqual(TOGETHER);
  });

  it("when only some of them stay open they are still one deviation, with those that are left", () => {
    const [, second] = series(BASELINE, [scan(row(12)), scan(row(2))]);
    expect(second?.deviations.map((d) => [d.kind, d.after.open_ports])).toEqual([["ports-opened", "9000-9001"]]);
  });

  it("one scan without them is no end, two are: what opens then is told alone", () => {
    const once = series(BASELINE, [scan(row(12)), scan([]), scan(row(1))]);
    const twice = series(BASELINE, [scan(row(12)), scan([]), scan([]), scan(row(1))]);
    expect([once, twice].map((cycles) => told(cycles.at(-1)?.deviations ?? []))).toEqual([TOGETHER, singles(9000)]);
  });

  it("none of the ports is learned, however long they stay open", () => {
    const last = series(BASELINE, Array(5).fill(scan(row(12)))).at(-1);
    const [known] = [...(last?.lesson.baseline.hosts.values() ?? [])];
    expect([...(known?.ports.keys() ?? [])]).toEqual(["tcp/22"]);
  });

  it("a host that is still being learned takes over what lasts for a second scan, without an anomaly", () => {
    const young = learned(scan([]), 3);
    const [first, second, third] = series(young, [scan(row(12)), scan(row(12)), scan(row(12))]);
    expect(first?.deviations.map((d) => [d.kind, d.mature])).toEqual([["ports-opened", false]]);
    expect(second?.deviations.every((d) => !d.mature)).toBe(true);
    expect(third?.deviations).toEqual([]);
  });
});

describe("findings of declarations among ports that opened together", () => {
  const finding = (number: number): Deviation => {
    const [opened] = found([{ number }]);
    if (opened === undefined) throw new Error("nothing was found");
    return {
      ...opened,
      kind: "undeclared-port",
      detector: { id: "undeclared-port", version: "1.0.0" },
      reasons: ["not-declared"],
      informational: false,
      declared: {
        verdict: "undeclared-open-port",
        severity: "high",
        intent: null,
        confidence: "exact",
        tool: "inventory",
        address: null,
        source: null,
        expected: null,
        proposal: null,
        firstEvaluation: true,
      },
    };
  };

  it("are folded into it, with what they say", () => {
    const declared = row(12).map((p) => finding(p.number));
    const deviations = found(row(12), {}, { declared });
    expect(told(deviations)).toEqual(TOGETHER);
    expect(deviations[0]?.reasons).toContain("not-declared");
    expect(deviations[0]?.members?.every((d) => d.kind === "undeclared-port")).toBe(true);
  });

  it("stay by themselves while the host is being learned: a finding needs no maturity", () => {
    const young = learned(scan([]), 3);
    const { deviations } = cycle(young, scan(row(12)), { declared: [finding(9000)] });
    expect(told(deviations)).toContain("undeclared-port 10.0.0.7 tcp/9000");
    expect(deviations.find((d) => d.kind === "ports-opened")?.after.open_count).toBe(11);
  });

  it("of ports that did not open with the others stay by themselves", () => {
    const { deviations } = cycle(BASELINE, scan(row(12)), {
      declared: [{ ...finding(9500), port: { transport: "tcp", number: 22 }, subject: "tcp/22" }],
    });
    expect(told(deviations)).toEqual([...TOGETHER, "undeclared-port 10.0.0.7 tcp/22"]);
  });
});
