import { describe, expect, it } from "vitest";
import { cycle, host, learned, series, told } from "../../baseline/world.ts";
import type { HostLike, PortLike } from "../../baseline/world.ts";

const A = "10.0.0.7";
const open = (number: number): PortLike => ({ number });
const scan = (...ports: readonly PortLike[]) => [host({ address: A, ports })];
/** Everything silent is filtered: no answer at all. */
const silent = (...ports: readonly PortLike[]) => [
  host({ address: A, ports, otherStates: [{ state: "filtered", count: 990, transport: "tcp" }] }),
];
const unmeasured = (like: Partial<HostLike> = {}) => [host({ address: A, ports: [], covered: null, ...like })];

describe("when a port counts as open or closed", () => {
  const cases = [
    {
      name: "a new port is told in the scan that sees it",
      scans: [scan(open(22), open(4444))],
      told: [["port-opened tcp/4444"]],
    },
    {
      name: "and in every scan while it stays open",
      scans: [scan(open(22), open(4444)), scan(open(22), open(4444))],
      told: [["port-opened tcp/4444"], ["port-opened tcp/4444"]],
    },
    { name: "one reset is not a closing, two are", scans: [scan(), scan()], told: [[], ["port-closed tcp/22"]] },
    {
      name: "two silences are not a closing, three are",
      scans: [silent(), silent(), silent()],
      told: [[], [], ["port-closed tcp/22"]],
    },
    { name: "an answer between two misses starts anew", scans: [scan(), scan(open(22)), scan()], told: [[], [], []] },
    {
      name: "scans that measured nothing are no misses",
      scans: [scan(), unmeasured(), unmeasured(), unmeasured()],
      told: [[], [], [], []],
    },
    {
      name: "a port that closed and opens again is back to normal",
      scans: [scan(), scan(), scan(open(22))],
      told: [[], ["port-closed tcp/22"], []],
    },
    {
      name: "a tarpit that was aggregated says nothing about single ports",
      scans: Array.from({ length: 3 }, () => [host({ address: A, ports: [], allPortsOpen: 990 })]),
      told: Array.from({ length: 3 }, () => ["all-ports-open all_ports_open"]),
    },
    {
      name: "udp open|filtered is no opening",
      scans: [scan(open(22), { number: 161, transport: "udp", state: "open|filtered" } as const)],
      told: [[]],
    },
  ];
  it.each(cases)("$name", ({ scans, told: expected }) => {
    const cycles = series(learned(scan(open(22))), scans);
    expect(cycles.map((c) => told(c.deviations).map((line) => line.replace(` ${A} `, " ")))).toEqual(expected);
  });

  it("a longer port list does not turn old ports into new ones", () => {
    const baseline = learned([host({ address: A, ports: [open(22)], covered: [[1, 1000]] })]);
    const { deviations, lesson } = cycle(baseline, scan(open(22), open(8443)));
    expect(deviations.map((d) => [d.subject, d.mature])).toEqual([["tcp/8443", false]]);
    expect(cycle(lesson.baseline, scan(open(22), open(8443))).deviations).toEqual([]);
  });

  it("a changed technique learns presence anew without a word, but keeps what was deviating", () => {
    const strange = cycle(learned(scan(open(22))), scan(open(22), open(4444))).lesson.baseline;
    const other = { summary: { comparability: new Map([["presence", "connect 7.93"]] as const) } };
    const { deviations, lesson } = cycle(strange, scan(open(22), open(4444), open(8080)), other);
    expect(deviations).toEqual([]);
    expect(told(cycle(lesson.baseline, scan(open(22), open(4444), open(8080)), other).deviations)).toEqual([
      `port-opened ${A} tcp/4444`,
    ]);
  });

  it("a degraded vantage still tells what is there, never what is missing", () => {
    const once = cycle(learned(scan(open(22))), scan()).lesson.baseline;
    const { deviations, lesson } = cycle(once, scan(open(4444)), { vantage: { state: "degraded" } });
    expect(told(deviations)).toEqual([`port-opened ${A} tcp/4444`]);
    expect(lesson.baseline.hosts).toBe(once.hosts);
  });
});

describe("what a deviation of a port carries", () => {
  const baseline = learned(scan(open(22)));
  it("the scans that covered the port, and whether the class of proof is a handshake", () => {
    const [d] = cycle(baseline, scan(open(22), { number: 4444, verified: true })).deviations;
    expect(d).toMatchObject({
      confirmed: true,
      evidence: "handshake",
      history: { scans: 20, seen: 0 },
      target: "open",
    });
  });
  it("is not confirmed by one SYN-ACK, but by a second scan", () => {
    const [first, second] = series(baseline, [scan(open(22), open(4444)), scan(open(22), open(4444))]);
    expect([first, second].map((c) => c?.deviations[0]?.confirmed)).toEqual([false, true]);
  });
  it("is never confirmed in a recorded scan, where nobody can be asked", () => {
    const { deviations } = cycle(baseline, scan(open(22), { number: 4444, verified: true }), {
      context: { recorded: true },
    });
    expect(deviations[0]?.confirmed).toBe(false);
  });
});
