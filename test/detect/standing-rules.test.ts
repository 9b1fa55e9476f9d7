import { describe, expect, it } from "vitest";
import { acceptAnomaly } from "../../src/baseline/accept.ts";
import { standing } from "../../src/detect/standing.ts";
import type { Anomaly, Standing } from "../../src/domain/anomaly.ts";
import type { SegmentBaseline } from "../../src/domain/baseline.ts";
import type { Deviation } from "../../src/domain/deviation.ts";
import type { AnomalyKind } from "../../src/domain/kinds/catalogue.ts";
import { anomalyOf } from "../baseline/anomaly-of.ts";
import { cycle, host, learned, mac, os, series } from "../baseline/world.ts";
import type { Cycle, CycleOptions, HostLike, PortLike } from "../baseline/world.ts";

const SSH = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2p1", banner: "b", ssh: "k1" } as const;
const A: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [SSH], os: os(["linux"]) };
const B: HostLike = { address: "10.0.0.8", mac: mac(8), ports: [{ number: 80 }] };
const only = (changes: Partial<HostLike>) => [host({ ...A, ...changes }), host(B)];
const NORMAL = only({});
const MANY: readonly PortLike[] = Array.from({ length: 12 }, (_, i) => ({ number: 9000 + i }));
const degraded: CycleOptions = { vantage: { state: "degraded", problems: ["hosts-vanished"] } };
const elsewhere: CycleOptions = { summary: { comparability: new Map([["presence", "connect 7.93"]] as const) } };
const reworded: CycleOptions = { summary: { comparability: new Map([["service", "7.95"]] as const) } };
const silent = { otherStates: [{ state: "filtered", count: 990, transport: "tcp" }] } as const;

function first(opened: Cycle | undefined): { readonly baseline: SegmentBaseline; readonly found: Deviation } {
  const found = opened?.deviations[0];
  if (opened === undefined || found === undefined) throw new Error("nothing was found");
  return { baseline: opened.lesson.baseline, found };
}

type Look = readonly [scan: Parameters<typeof cycle>[1], standing: Standing, options?: CycleOptions];

interface Case {
  readonly name: string;
  readonly odd: Parameters<typeof cycle>[1];
  readonly scans?: number;
  readonly looks: readonly Look[];
}

function followed({ odd, scans, looks }: Case, baseline = learned(NORMAL)): readonly Standing[] {
  const opened = first(series(baseline, Array(scans ?? 1).fill(odd)).at(-1));
  let memory = opened.baseline;
  return looks.map(([scan, , options]) => {
    const { view, deviations, lesson } = cycle(memory, scan, options);
    memory = lesson.baseline;
    return standing(view, anomalyOf(opened.found), deviations);
  });
}

describe("whether ports that opened together are over", () => {
  const odd = only({ ports: [SSH, ...MANY] });
  const CASES: readonly Case[] = [
    { name: "while all are open they are there", odd, looks: [[odd, "present"]] },
    {
      name: "while one of them is open they are there",
      odd,
      looks: [[only({ ports: [SSH, { number: 9003 }] }), "present"]],
    },
    {
      name: "one scan without them proves nothing, two do",
      odd,
      looks: [
        [NORMAL, "unmeasured"],
        [NORMAL, "gone"],
      ],
    },
    {
      name: "an opening between two scans without them begins anew",
      odd,
      looks: [
        [NORMAL, "unmeasured"],
        [odd, "present"],
        [NORMAL, "unmeasured"],
        [NORMAL, "gone"],
      ],
    },
    {
      name: "scans that measured no ports prove nothing, however many",
      odd,
      looks: Array.from({ length: 4 }, (): Look => [only({ covered: null }), "unmeasured"]),
    },
    {
      name: "scans of another transport prove nothing",
      odd,
      looks: Array.from({ length: 4 }, (): Look => {
        const udp = { transport: "udp", phase: "ports", ports: [[1, 1000]] } as const;
        return [only({ ports: [] }).map((h) => ({ ...h, coverage: [udp] })), "unmeasured"];
      }),
    },
    {
      name: "scans of other ports prove nothing",
      odd,
      looks: Array.from({ length: 4 }, (): Look => [only({ covered: [[1, 1000]] }), "unmeasured"]),
    },
    {
      name: "a host that answers everywhere proves nothing about single ports",
      odd,
      looks: Array.from({ length: 4 }, (): Look => [only({ ports: [], allPortsOpen: 990 }), "unmeasured"]),
    },
    { name: "another technique proves nothing", odd, looks: [[NORMAL, "unmeasured", elsewhere]] },
    { name: "a silent host proves nothing", odd, looks: [[[host(B)], "unmeasured"]] },
  ];
  it.each(CASES)("$name", (one) => {
    expect(followed(one)).toEqual(one.looks.map(([, expected]) => expected));
  });

  it("accepted ports are over at once", () => {
    const { baseline, found } = first(cycle(learned(NORMAL), odd));
    const hosts = acceptAnomaly(baseline, anomalyOf(found)).map((h) => [h.id, h] as const);
    const { view, deviations } = cycle({ ...baseline, hosts: new Map([...baseline.hosts, ...hosts]) }, odd);
    expect(standing(view, anomalyOf(found), deviations)).toBe("gone");
  });
});

describe("what may not be concluded from a scan", () => {
  const CASES: readonly Case[] = [
    {
      name: "a stranger is not over because its third silence is heard in another way",
      odd: [...NORMAL, host({ address: "10.0.0.9", mac: mac(9) })],
      looks: [
        [NORMAL, "unmeasured"],
        [NORMAL, "unmeasured"],
        [NORMAL, "unmeasured", elsewhere],
      ],
    },
    {
      name: "a closed port is not over because another technique sees it open",
      odd: only({ ports: [] }),
      scans: 2,
      looks: [[NORMAL, "unmeasured", elsewhere]],
    },
    {
      name: "a new port is not over because another technique does not see it",
      odd: only({ ports: [SSH, { number: 4444 }] }),
      looks: [
        [NORMAL, "unmeasured"],
        [NORMAL, "unmeasured", elsewhere],
      ],
    },
    {
      name: "a new port is still there while every other look only calls it open or filtered",
      odd: only({ ports: [SSH, { number: 4444 }] }),
      looks: [[only({ ports: [SSH, { number: 4444, state: "open|filtered" }] }), "unmeasured"]],
    },
    {
      name: "a version is not over when versions are read in another way",
      odd: only({ ports: [{ ...SSH, version: "9.6p1" }] }),
      looks: [[NORMAL, "unmeasured", reworded]],
    },
    {
      name: "an exchange is not over when the old evidence is seen from another place",
      odd: only({ mac: mac(70), ports: [{ ...SSH, ssh: "k2" }] }),
      looks: [[NORMAL, "unmeasured", elsewhere]],
    },
    {
      name: "another operating system is not over when it is found in another way",
      odd: only({ os: os(["windows"]) }),
      scans: 3,
      looks: [[NORMAL, "unmeasured", { summary: { comparability: new Map([["os", "7.95"]] as const) } }]],
    },
    {
      name: "a banner is over only with software that is normal as well",
      odd: only({ ports: [{ ...SSH, banner: "odd" }] }),
      looks: [
        [only({ ports: [{ ...SSH, banner: "odd", version: "9.6p1" }] }), "unmeasured"],
        [NORMAL, "gone"],
      ],
    },
    {
      name: "a service is not over when the port is closed",
      odd: only({ ports: [{ ...SSH, service: "http", product: "nginx" }] }),
      looks: [[only({ ports: [] }), "unmeasured"]],
    },
    {
      name: "a MAC is not over when none was seen",
      odd: only({ mac: mac(70) }),
      looks: [[only({ mac: null }), "unmeasured"]],
    },
    {
      name: "a machine that moved is not over when it is silent",
      odd: only({ address: "10.0.0.70" }),
      looks: [[[host(B)], "unmeasured"]],
    },
  ];
  it.each(CASES)("$name", (one) => {
    expect(followed(one)).toEqual(one.looks.map(([, expected]) => expected));
  });
});

describe("whether a stranger is explained", () => {
  const NEW = host({ address: "10.0.0.9", mac: mac(9), ports: [{ number: 22 }] });
  const { baseline, found } = first(cycle(learned(NORMAL), [...NORMAL, NEW]));

  it("by an accept: it is known now and answers", () => {
    const hosts = acceptAnomaly(baseline, anomalyOf(found)).map((h) => [h.id, h] as const);
    const { view, deviations } = cycle({ ...baseline, hosts: new Map([...baseline.hosts, ...hosts]) }, [
      ...NORMAL,
      NEW,
    ]);
    expect(standing(view, anomalyOf(found), deviations)).toBe("gone");
  });

  it("not by a scan that does not compare presence while it answers", () => {
    const { view, deviations } = cycle(baseline, [...NORMAL, NEW], elsewhere);
    expect(standing(view, anomalyOf(found), deviations)).toBe("unmeasured");
  });

  it("a stranger nobody remembers any more was not measured", () => {
    const hosts = new Map([...baseline.hosts].filter(([id]) => id !== found.host?.id));
    const { view, deviations } = cycle({ ...baseline, hosts }, NORMAL);
    expect(standing(view, anomalyOf(found), deviations)).toBe("unmeasured");
  });
});

describe("whether a finding of a declaration is over", () => {
  const declared = (kind: AnomalyKind, number: number): Anomaly => {
    const { found } = first(cycle(learned(NORMAL), only({ ports: [SSH, { number: 4444 }] })));
    const port = { transport: "tcp", number } as const;
    return { ...anomalyOf(found), kind, port, subject: `tcp/${number}`, target: "open" };
  };
  const at = (
    anomaly: Anomaly,
    scan: Parameters<typeof cycle>[1],
    options?: CycleOptions,
    before = learned(NORMAL),
  ) => {
    const { view, deviations } = cycle(before, scan, options);
    return standing(view, anomaly, deviations);
  };

  it.each<{ name: string; scan: Parameters<typeof cycle>[1]; standing: Standing; options?: CycleOptions }>([
    { name: "the port is open and nothing is found: over", scan: NORMAL, standing: "gone" },
    { name: "open is proof from a degraded vantage too", scan: NORMAL, standing: "gone", options: degraded },
    { name: "one miss of a port that was open is pending", scan: only({ ports: [] }), standing: "unmeasured" },
    {
      name: "a port outside the plan was not looked at",
      scan: only({ ports: [], covered: [[1, 10]] }),
      standing: "unmeasured",
    },
    { name: "a silent host was not looked at", scan: [host(B)], standing: "unmeasured" },
  ])("undeclared port: $name", ({ scan, standing: expected, options }) => {
    expect(at(declared("undeclared-port", 22), scan, options)).toBe(expected);
  });

  it.each<{ name: string; more: Partial<HostLike>; standing: Standing; options?: CycleOptions }>([
    { name: "a port that was never open and is closed: over", more: {}, standing: "gone" },
    { name: "silence of a port that was never open is enough", more: silent, standing: "gone" },
    {
      name: "a degraded vantage does not prove that it is closed",
      more: {},
      standing: "unmeasured",
      options: degraded,
    },
  ])("undeclared port: $name", ({ more, standing: expected, options }) => {
    expect(at(declared("undeclared-port", 4444), only(more), options)).toBe(expected);
  });

  it("is there while the comparison finds the same", () => {
    const anomaly = declared("undeclared-port", 22);
    const { found } = first(cycle(learned(NORMAL), only({ ports: [SSH, { number: 4444 }] })));
    const again: Deviation = { ...found, kind: "undeclared-port", port: anomaly.port, subject: anomaly.subject };
    expect(at(anomaly, NORMAL, { declared: [again] })).toBe("present");
    expect(at({ ...anomaly, target: "another" }, NORMAL, { declared: [again] })).toBe("gone");
  });

  it("an undeclared host that was accepted into the memory is explained", () => {
    const anomaly = { ...declared("undeclared-host", 22), port: null, subject: "presence" };
    expect(at(anomaly, NORMAL)).toBe("gone");
  });
});

describe("what makes a deviation the same as an anomaly", () => {
  const odd = only({ ports: [SSH, { number: 4444 }] });
  const opened = cycle(learned(NORMAL), odd);
  const anomaly = anomalyOf(first(opened).found);
  const group = (changes: Partial<NonNullable<Anomaly["group"]>> = {}): Anomaly => ({
    ...anomaly,
    kind: "rollout",
    host: null,
    group: {
      id: "g",
      kind: "port-opened",
      from: "closed",
      to: "open",
      subject: "port-opened 4444/tcp",
      members: [{ hostId: anomaly.host?.id ?? "", ip: "10.0.0.7", name: null, anomalyId: "x" }],
      ...changes,
    },
  });

  it.each<{ name: string; anomaly: Anomaly; standing: Standing }>([
    { name: "the same host, kind, subject and target", anomaly, standing: "present" },
    {
      name: "another subject is another anomaly",
      anomaly: { ...anomaly, subject: "tcp/8888", port: null },
      standing: "gone",
    },
    { name: "another target is another anomaly", anomaly: { ...anomaly, target: "shut" }, standing: "unmeasured" },
    { name: "another kind is another anomaly", anomaly: { ...anomaly, kind: "port-closed" }, standing: "unmeasured" },
    { name: "an anomaly without a host was not measured", anomaly: { ...anomaly, host: null }, standing: "unmeasured" },
    { name: "a member of a group by kind, values and port", anomaly: group(), standing: "present" },
    { name: "a group of another kind", anomaly: group({ kind: "port-closed" }), standing: "unmeasured" },
    { name: "a group with another value before", anomaly: group({ from: "filtered" }), standing: "unmeasured" },
    { name: "a group with another value after", anomaly: group({ to: "filtered" }), standing: "unmeasured" },
    {
      name: "a group on another port",
      anomaly: { ...group(), port: { transport: "tcp", number: 22 } },
      standing: "gone",
    },
    { name: "a group without members was not measured", anomaly: group({ members: [] }), standing: "unmeasured" },
  ])("$name", ({ anomaly: asked, standing: expected }) => {
    expect(standing(opened.view, asked, opened.deviations)).toBe(expected);
  });

  it("a group is not over while one member was not measured", () => {
    const [known] = [...learned(NORMAL).hosts.values()].filter((h) => h.address === "10.0.0.8");
    const members = [...(group().group?.members ?? []), { hostId: "nobody", ip: "", name: null, anomalyId: "y" }];
    const both = [...(group().group?.members ?? []), { hostId: known?.id ?? "", ip: "", name: null, anomalyId: "z" }];
    const memory = series(opened.lesson.baseline, [NORMAL]).at(-1)?.lesson.baseline ?? opened.lesson.baseline;
    const { view, deviations } = cycle(memory, NORMAL);
    expect([members, both].map((m) => standing(view, group({ members: m }), deviations))).toEqual([
      "unmeasured",
      "gone",
    ]);
  });
});
