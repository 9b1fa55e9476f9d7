import { describe, expect, it } from "vitest";
import { standing } from "../../src/detect/standing.ts";
import type { Standing } from "../../src/domain/anomaly.ts";
import type { SegmentBaseline } from "../../src/domain/baseline.ts";
import type { HostObservation } from "../../src/domain/observation.ts";
import { anomalyOf } from "../baseline/anomaly-of.ts";
import { cycle, host, learned, mac, os, series } from "../baseline/world.ts";
import type { CycleOptions, HostLike } from "../baseline/world.ts";

const SSH = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2p1", banner: "b", ssh: "k1" } as const;
const A: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [SSH], os: os(["linux"]) };
const B: HostLike = { address: "10.0.0.8", mac: mac(8), ports: [{ number: 80 }] };
const NORMAL = [host(A), host(B)];
const only = (changes: Partial<HostLike>) => [host({ ...A, ...changes }), host(B)];
const silent = { otherStates: [{ state: "filtered", count: 990, transport: "tcp" }] } as const;
const degraded: CycleOptions = { vantage: { state: "degraded", problems: ["hosts-vanished"] } };

interface Case {
  readonly name: string;
  /** What opened the anomaly, repeated `scans` times. */
  readonly odd: readonly HostObservation[];
  readonly scans?: number;
  readonly after: readonly (readonly [scan: readonly HostObservation[], standing: Standing, options?: CycleOptions])[];
}

const CASES: readonly Case[] = [
  {
    name: "a new port is over after two resets",
    odd: only({ ports: [SSH, { number: 4444 }] }),
    after: [
      [NORMAL, "unmeasured"],
      [NORMAL, "gone"],
    ],
  },
  {
    name: "a new port is over after three silences",
    odd: only({ ports: [SSH, { number: 4444 }] }),
    after: [
      [only(silent), "unmeasured"],
      [only(silent), "unmeasured"],
      [only(silent), "gone"],
    ],
  },
  {
    name: "a new port that is still there is present",
    odd: only({ ports: [SSH, { number: 4444 }] }),
    after: [[only({ ports: [SSH, { number: 4444 }] }), "present"]],
  },
  {
    name: "a new port whose host timed out was not measured",
    odd: only({ ports: [SSH, { number: 4444 }] }),
    after: [[only({ ports: [], covered: null }), "unmeasured"]],
  },
  {
    name: "a new port whose host is silent was not measured",
    odd: only({ ports: [SSH, { number: 4444 }] }),
    after: [[[host(B)], "unmeasured"]],
  },
  {
    name: "a degraded vantage ends nothing by silence",
    odd: only({ ports: [SSH, { number: 4444 }] }),
    after: [
      [NORMAL, "unmeasured", degraded],
      [NORMAL, "unmeasured", degraded],
      [NORMAL, "unmeasured", degraded],
    ],
  },
  {
    name: "a closed port is over as soon as it answers",
    odd: only({ ports: [] }),
    scans: 2,
    after: [[NORMAL, "gone"]],
  },
  {
    name: "a closed port outside the plan was not measured",
    odd: only({ ports: [] }),
    scans: 2,
    after: [[only({ ports: [], covered: [[1, 10]] }), "unmeasured"]],
  },
  {
    name: "a version is over when the old one is back",
    odd: only({ ports: [{ ...SSH, version: "9.6p1" }] }),
    after: [[NORMAL, "gone"]],
  },
  {
    name: "a version is not over when detection failed",
    odd: only({ ports: [{ ...SSH, version: "9.6p1" }] }),
    after: [[only({ ports: [{ number: 22 }] }), "unmeasured"]],
  },
  {
    name: "a third version is not the old one",
    odd: only({ ports: [{ ...SSH, version: "9.6p1" }] }),
    after: [[only({ ports: [{ ...SSH, version: "9.8p1" }] }), "unmeasured"]],
  },
  {
    name: "a host key is over when the old one is back",
    odd: only({ ports: [{ ...SSH, ssh: "k2" }] }),
    after: [[NORMAL, "gone"]],
  },
  {
    name: "a service is not over while only its name is back",
    odd: only({ ports: [{ ...SSH, service: "http", product: "nginx" }] }),
    after: [[only({ ports: [{ number: 22, service: "ssh" }] }), "unmeasured"]],
  },
  { name: "a MAC is over when the old card is back", odd: only({ mac: mac(70) }), after: [[NORMAL, "gone"]] },
  {
    name: "a name is not over when no name was resolved",
    odd: only({ name: "b.example" }),
    after: [[[host({ ...A, name: "" })], "unmeasured"]],
  },
  { name: "a move is over when the machine is back", odd: only({ address: "10.0.0.70" }), after: [[NORMAL, "gone"]] },
  {
    name: "an OS shift is over when the family is back",
    odd: only({ os: os(["windows"]) }),
    scans: 3,
    after: [[NORMAL, "gone"]],
  },
  {
    name: "an OS shift is not over without -O",
    odd: only({ os: os(["windows"]) }),
    scans: 3,
    after: [[only({ os: null }), "unmeasured"]],
  },
  {
    name: "an exchange is over when the old machine is back",
    odd: only({ mac: mac(70), ports: [{ ...SSH, ssh: "k2" }] }),
    after: [[NORMAL, "gone"]],
  },
  {
    name: "an exchange is not over while no strong evidence is shown",
    odd: only({ mac: mac(70), ports: [{ ...SSH, ssh: "k2" }] }),
    after: [[only({ mac: null, ports: [] }), "unmeasured"]],
  },
  {
    name: "a stranger is over three covered misses after it left",
    odd: [...NORMAL, host({ address: "10.0.0.9", mac: mac(9) })],
    after: [
      [NORMAL, "unmeasured"],
      [NORMAL, "unmeasured"],
      [NORMAL, "gone"],
    ],
  },
  {
    name: "a stranger that was not asked is still there",
    odd: [...NORMAL, host({ address: "10.0.0.9", mac: mac(9) })],
    after: Array.from({ length: 4 }, () => [NORMAL, "unmeasured", { asked: ["10.0.0.7"] }] as const),
  },
  { name: "a host that left is back when it answers", odd: [host(B)], scans: 3, after: [[NORMAL, "gone"]] },
  {
    name: "a host that left and is silent again is still away",
    odd: [host(B)],
    scans: 3,
    after: [[[host(B)], "present"]],
  },
  {
    name: "a tarpit is over when its ports were measured one by one",
    odd: only({ ports: [], allPortsOpen: 990 }),
    after: [[NORMAL, "gone"]],
  },
];

describe("whether an open anomaly is over", () => {
  it.each(CASES)("$name", ({ odd, scans, after }) => {
    const opened = series(
      learned(NORMAL),
      Array.from({ length: scans ?? 1 }, () => odd),
    ).at(-1);
    const [found] = opened?.deviations ?? [];
    if (opened === undefined || found === undefined) throw new Error("nothing was found");
    let baseline: SegmentBaseline = opened.lesson.baseline;
    for (const [scan, expected, options] of after) {
      const { view, deviations, lesson } = cycle(baseline, scan, options);
      expect(standing(view, anomalyOf(found), deviations)).toBe(expected);
      baseline = lesson.baseline;
    }
  });

  it("a group is over when its last member is", () => {
    const both = (...ports: readonly number[]) => [
      host({ ...A, ports: [SSH, ...ports.slice(0, 1).map((number) => ({ number }))] }),
      host({ ...B, ports: [{ number: 80 }, ...ports.slice(1).map((number) => ({ number }))] }),
    ];
    const opened = cycle(learned(NORMAL), both(9100, 9100));
    const members = opened.deviations.map((d) => ({ hostId: d.host?.id ?? "", ip: "", name: null, anomalyId: "" }));
    const [first] = opened.deviations;
    if (first === undefined) throw new Error("nothing was found");
    const group = { id: "g", kind: "port-opened", from: "closed", to: "open", subject: "s", members } as const;
    const anomaly = {
      ...anomalyOf(first),
      kind: "rollout",
      host: null,
      subject: "port-opened 9100/tcp",
      group,
    } as const;
    const after = series(opened.lesson.baseline, [both(9100), both(9100), both(), both()]);
    const standings = after.map((c) => standing(c.view, anomaly, c.deviations));
    expect(standings).toEqual(["present", "present", "unmeasured", "gone"]);
  });
});
