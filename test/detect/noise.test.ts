import { describe, expect, it } from "vitest";
import type { HostObservation } from "../../src/domain/observation.ts";
import { cycle, host, learned, mac, os, told } from "../baseline/world.ts";
import type { CycleOptions, HostLike } from "../baseline/world.ts";

/** A hundred hosts as in the noise suite, at the level of observations; files and verdicts are tested elsewhere. */
const LIKES: readonly HostLike[] = Array.from({ length: 100 }, (_, i) => ({
  address: `10.0.0.${i + 1}`,
  mac: mac(i + 1),
  name: `host${i + 1}.example`,
  os: os(["linux"]),
  ports: [
    { number: 22, service: "ssh", product: "OpenSSH", version: "9.2p1", ssh: `key${i}` },
    { number: 80, service: "http", product: "nginx", version: "1.22.1", banner: "HTTP/1.1 200 OK date:*" },
    { number: 443, service: "http", product: "nginx", tunnel: "ssl" as const, tls: `tls${i}` },
    { number: 161, transport: "udp" as const, state: "open|filtered" as const },
  ],
}));
const HUNDRED = LIKES.map(host);
const BASELINE = learned(HUNDRED);
const degraded: CycleOptions = { vantage: { state: "degraded", problems: ["hosts-vanished"], reason: "50 of 100" } };
const partial: CycleOptions = { summary: { completeness: "partial" }, asked: [] };

function change(
  which: (i: number) => boolean,
  to: (like: HostLike, i: number) => HostLike,
): readonly HostObservation[] {
  return LIKES.map((like, i) => host(which(i) ? to(like, i) : like));
}
const all = () => true;
const ten = (i: number) => i < 10;

function ports(like: HostLike, number: number, to: object | null): HostLike {
  const changed = (like.ports ?? []).flatMap((p) => (p.number !== number ? [p] : to === null ? [] : [{ ...p, ...to }]));
  return { ...like, ports: changed };
}

interface Row {
  readonly row: number;
  readonly name: string;
  readonly now: readonly HostObservation[];
  readonly options?: CycleOptions;
  readonly told: readonly string[];
}

const each = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i)).toSorted();

const ROWS: readonly Row[] = [
  { row: 1, name: "identical: nothing", now: HUNDRED, told: [] },
  { row: 2, name: "empty but valid, degraded: nothing", now: [], options: degraded, told: [] },
  { row: 3, name: "half the hosts missing, degraded: nothing", now: HUNDRED.slice(0, 50), options: degraded, told: [] },
  { row: 4, name: "cut after host 60, partial: nothing", now: HUNDRED.slice(0, 60), options: partial, told: [] },
  {
    row: 5,
    name: "no names at all: nothing",
    now: change(all, (like) => ({ ...like, names: [] })),
    told: [],
  },
  {
    row: 6,
    name: "ten renamed: ten names",
    now: change(ten, (like, i) => ({ ...like, name: `new${i}.example` })),
    told: each(10, (i) => `name-changed 10.0.0.${i + 1} name`),
  },
  {
    row: 7,
    name: "twenty machines exchange addresses: twenty moves",
    now: change(
      (i) => i < 20,
      (like, i) => ({ ...like, address: `10.0.0.${((i + 7) % 20) + 1}` }),
    ),
    told: each(20, (i) => `host-moved 10.0.0.${i + 1} ip`),
  },
  {
    row: 8,
    name: "443 is not scanned any more: nothing",
    now: change(all, (like) => ({ ...ports(like, 443, null), covered: [[1, 442]] })),
    told: [],
  },
  {
    row: 9,
    name: "ten hosts timed out: nothing",
    now: change(ten, (like) => ({ ...like, ports: [], covered: null, problems: ["timed-out"] })),
    options: partial,
    told: [],
  },
  {
    row: 10,
    name: "the silent ports turn from closed to filtered: nothing",
    now: change(all, (like) => ({ ...like, otherStates: [{ state: "filtered", count: 990, transport: "tcp" }] })),
    told: [],
  },
  {
    row: 11,
    name: "one silent port less than the sum, partial hosts: nothing",
    now: change(all, (like) => ({ ...like, covered: null, problems: ["port-sum-mismatch"] })),
    options: partial,
    told: [],
  },
  {
    row: 12,
    name: "udp open|filtered vanishes on ten: nothing",
    now: change(ten, (like) => ports(like, 161, null)),
    told: [],
  },
  { row: 13, name: "normalised banners are equal whatever the date: nothing", now: HUNDRED, told: [] },
  {
    row: 14,
    name: "the best OS guess loses five points: nothing",
    now: change(all, (like) => ({
      ...like,
      os: { ...os(["linux"]), matches: os(["linux"]).matches.map((m) => ({ ...m, accuracy: 95 })) },
    })),
    told: [],
  },
  {
    row: 15,
    name: "the OS guess names another kernel everywhere: nothing",
    now: change(all, (like) => ({ ...like, os: { ...os(["linux", "linux"]), families: ["linux"] } })),
    told: [],
  },
  {
    row: 16,
    name: "version detection failed on five: nothing",
    now: change(
      (i) => i < 5,
      (like) =>
        ports(like, 80, {
          service: "tcpwrapped",
          product: undefined,
          version: undefined,
          confidence: 8,
          banner: undefined,
        }),
    ),
    told: [],
  },
  {
    row: 17,
    name: "one real new port: that port",
    now: change(
      (i) => i === 41,
      (like) => ({ ...like, ports: [...(like.ports ?? []), { number: 4444 }] }),
    ),
    told: ["port-opened 10.0.0.42 tcp/4444"],
  },
  {
    row: 18,
    name: "one rogue host: that host, without its ports",
    now: [...HUNDRED, host({ address: "10.0.0.200", mac: mac(666), ports: [{ number: 22 }, { number: 4444 }] })],
    told: ["host-appeared 10.0.0.200 presence"],
  },
];

describe("the noise suite, from observations to deviations", () => {
  it.each(ROWS)("row $row: $name", ({ now, options, told: expected }) => {
    const { deviations } = cycle(BASELINE, now, options);
    expect(told(deviations)).toEqual(expected);
    expect(deviations.every((d) => d.mature)).toBe(true);
  });

  it.each(ROWS.filter((r) => r.row <= 16))(
    "row $row for five scans in a row tells nothing else: $name",
    ({ now, options, told: expected }) => {
      let baseline = BASELINE;
      let last = cycle(baseline, now, options);
      for (let i = 0; i < 4; i++) {
        baseline = last.lesson.baseline;
        last = cycle(baseline, now, options);
      }
      expect(told(last.deviations)).toEqual(expected);
    },
  );

  it.each(ROWS.filter((r) => r.row <= 16))(
    "row $row leaves a baseline in which the first scan is still normal: $name",
    ({ now, options }) => {
      const { lesson } = cycle(BASELINE, now, options);
      expect(cycle(lesson.baseline, HUNDRED).deviations).toEqual([]);
    },
  );
});
