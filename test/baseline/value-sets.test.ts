import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptAnomaly } from "../../src/baseline/accept.ts";
import type { FieldBaseline, SegmentBaseline } from "../../src/domain/baseline.ts";
import { normalValues } from "../../src/domain/fields/normal.ts";
import { anomalyOf } from "./anomaly-of.ts";
import { cycle, host, learned, mac, series, told } from "./world.ts";
import type { HostLike, PortLike } from "./world.ts";

const SSH: PortLike = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2", ssh: "k1" };
const HOST: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [SSH] };

const named = (name: string) => [host({ ...HOST, name })];
const shows = (like: Partial<PortLike>) => [host({ ...HOST, ports: [{ ...SSH, ...like }] })];
const speaks = (service: string) => [host({ ...HOST, ports: [{ number: 80, service }] })];
const isUp = (address: string) => [host({ ...HOST, address })];

/** Learns these scans over and over until the host is mature, the last of them last. */
function alternating(...scans: (readonly ReturnType<typeof host>[])[]): SegmentBaseline {
  const all = Array.from({ length: 24 }, (_, i) => scans[i % scans.length] ?? []);
  const [first = [], ...others] = all;
  return series(learned(first, 1), others).at(-1)?.lesson.baseline ?? learned(first);
}

/** Deviations of each scan in turn, learning in between. */
function after(baseline: SegmentBaseline, ...scans: (readonly ReturnType<typeof host>[])[]): readonly string[] {
  return series(baseline, scans).flatMap(({ deviations }) => told(deviations));
}

function fieldOf(baseline: SegmentBaseline, port: "tcp/22" | "tcp/80", field: "service" | "version" | "ssh") {
  return [...baseline.hosts.values()][0]?.ports.get(port)?.fields.get(field);
}

describe("what alternated while it was learned", () => {
  it.each([
    [
      "two names of one address",
      alternating(named("a.example"), named("b.example")),
      named("b.example"),
      named("a.example"),
    ],
    [
      "a server that nmap calls http or rtsp",
      alternating(speaks("http"), speaks("rtsp")),
      speaks("rtsp"),
      speaks("http"),
    ],
    [
      "two machines behind one address",
      alternating(shows({ ssh: "k1" }), shows({ ssh: "k2" })),
      shows({ ssh: "k1" }),
      shows({ ssh: "k2" }),
    ],
    [
      "their versions",
      alternating(shows({ version: "9.2" }), shows({ version: "9.6" })),
      shows({ version: "9.2" }),
      shows({ version: "9.6" }),
    ],
    [
      "two of three banners",
      alternating(shows({ banner: "a" }), shows({ banner: "b" }), shows({ banner: "c" })),
      shows({ banner: "b" }),
      shows({ banner: "a" }),
    ],
  ])("%s is normal, in any order", (_, baseline, one, other) => {
    expect(after(baseline, one, other, other, one, other)).toEqual([]);
  });

  it.each([
    [
      "a third name",
      alternating(named("a.example"), named("b.example")),
      named("c.example"),
      ["name-changed 10.0.0.7 name"],
    ],
    [
      "a third protocol",
      alternating(speaks("http"), speaks("rtsp")),
      speaks("ssh"),
      ["service-changed 10.0.0.7 tcp/80"],
    ],
    [
      "a third key",
      alternating(shows({ ssh: "k1" }), shows({ ssh: "k2" })),
      shows({ ssh: "k3" }),
      ["hostkey-changed 10.0.0.7 tcp/22"],
    ],
  ])("%s is news, and over with each of the normal ones", (_, baseline, third, expected) => {
    const [news, back] = series(baseline, [third, ...after0(baseline)]);
    expect(told(news?.deviations ?? [])).toEqual(expected);
    expect(told(back?.deviations ?? [])).toEqual([]);
  });

  it("does not make the next change look ordinary", () => {
    const steady = cycle(alternating(named("a.example")), named("c.example")).deviations[0];
    const lively = cycle(alternating(named("a.example"), named("b.example")), named("c.example")).deviations[0];
    expect([steady?.history.changes, lively?.history.changes]).toEqual([0, 1]);
  });

  it("one old value of many scans ago is normal, an outgrown version is not", () => {
    const renamed = series(learned(named("a.example"), 4), Array(20).fill(named("b.example"))).at(-1)?.lesson.baseline;
    expect(after(renamed ?? learned([]), named("a.example"))).toEqual([]);
    const upgraded = series(learned(shows({ version: "9.2" }), 4), Array(20).fill(shows({ version: "9.6" })));
    expect(after(upgraded.at(-1)?.lesson.baseline ?? learned([]), shows({ version: "9.2" }))).toEqual([
      "version-downgraded 10.0.0.7 tcp/22",
    ]);
  });
});

/** One scan that shows what `baseline` calls normal. */
function after0(baseline: SegmentBaseline) {
  const [known] = baseline.hosts.values();
  const value = (field: FieldBaseline | undefined, other: string) => field?.values?.[1]?.value ?? field?.value ?? other;
  const http = known?.ports.get("tcp/80");
  if (http !== undefined) return [speaks(value(http.fields.get("service"), "http"))];
  return [
    [
      host({
        ...HOST,
        name: value(known?.fields.get("name"), "a.example"),
        ports: [{ ...SSH, ssh: value(known?.ports.get("tcp/22")?.fields.get("ssh"), "k1") }],
      }),
    ],
  ];
}

describe("how many values are normal", () => {
  it("eight, of which the frequent ones stay", () => {
    const many = Array.from({ length: 19 }, (_, i) => speaks(i % 2 === 0 ? "http" : `p${i}`));
    const field = fieldOf(
      series(learned(speaks("http"), 1), many).at(-1)?.lesson.baseline ?? learned([]),
      "tcp/80",
      "service",
    );
    const values = field === undefined ? [] : normalValues(field);
    expect(values).toHaveLength(8);
    expect(values).toContain("http");
  });

  it("long texts are not kept beside each other", () => {
    const long = (letter: string) => shows({ banner: letter.repeat(3000) });
    const baseline = alternating(long("a"), long("b"));
    const banner = [...baseline.hosts.values()][0]?.ports.get("tcp/22")?.fields.get("banner");
    expect(banner?.values).toBeUndefined();
  });

  it("whatever is learned in whatever order: the value seen last is normal, and there are never more than eight", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"), {
          minLength: 1,
          maxLength: 60,
        }),
        (names) => {
          const scans = names.map((name) => named(`${name}.example`));
          const baseline = series(learned(named("z.example"), 1), scans).at(-1)?.lesson.baseline;
          const field = [...(baseline?.hosts.values() ?? [])][0]?.fields.get("name");
          if (field === undefined) throw new Error("a name was seen");
          expect(normalValues(field)[0]).toBe(field.value);
          expect(normalValues(field).length).toBeLessThanOrEqual(8);
          expect(new Set(normalValues(field)).size).toBe(normalValues(field).length);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("one that was not seen for as long as it takes to forget is news again", () => {
    const baseline = alternating(named("a.example"), named("b.example"));
    // Six hours between two scans: 30 days are 120 of them.
    const lonely = series(baseline, Array(125).fill(named("a.example"))).at(-1)?.lesson.baseline;
    expect(after(lonely ?? baseline, named("b.example"))).toEqual(["name-changed 10.0.0.7 name"]);
  });
});

describe("what an accept makes of several values", () => {
  it("a third beside two", () => {
    const baseline = alternating(named("a.example"), named("b.example"));
    const accepted = accept(baseline, named("c.example"));
    expect(after(accepted, named("a.example"), named("c.example"), named("b.example"))).toEqual([]);
  });

  it("the only value in place of the one before, and both once the way back was accepted too", () => {
    const first = accept(learned(named("a.example")), named("b.example"));
    expect(after(first, named("a.example"))).toEqual(["name-changed 10.0.0.7 name"]);
    const both = accept(first, named("a.example"));
    expect(after(both, named("b.example"), named("a.example"), named("b.example"))).toEqual([]);
  });

  it("a key ends all keys before it", () => {
    const baseline = alternating(shows({ ssh: "k1" }), shows({ ssh: "k2" }));
    const accepted = accept(baseline, shows({ ssh: "k3" }));
    expect(after(accepted, shows({ ssh: "k1" }))).toEqual(["hostkey-changed 10.0.0.7 tcp/22"]);
  });
});

function accept(baseline: SegmentBaseline, scan: readonly ReturnType<typeof host>[]): SegmentBaseline {
  const { deviations, lesson } = cycle(baseline, scan);
  const [found] = deviations;
  if (found === undefined) throw new Error("nothing to accept");
  const hosts = acceptAnomaly(lesson.baseline, anomalyOf(found));
  return {
    ...lesson.baseline,
    hosts: new Map([...lesson.baseline.hosts, ...hosts.map((one) => [one.id, one] as const)]),
  };
}

it("an address is not one of several: a move is reported each time", () => {
  const baseline = alternating(isUp("10.0.0.7"), isUp("10.0.0.8"));
  expect(after(baseline, isUp("10.0.0.7")).concat(after(baseline, isUp("10.0.0.9")))).toContain(
    "host-moved 10.0.0.9 ip",
  );
});
