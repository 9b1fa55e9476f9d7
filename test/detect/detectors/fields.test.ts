import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HostObservation } from "../../../src/domain/observation.ts";
import { cycle, host, learned, os, series, told } from "../../baseline/world.ts";
import type { HostLike, PortLike } from "../../baseline/world.ts";

const A = "10.0.0.7";
const SSH: PortLike = {
  number: 22,
  service: "ssh",
  product: "OpenSSH",
  version: "9.2p1",
  banner: "SSH-2.0-OpenSSH_9.2p1",
  ssh: "k1",
};
const WEB: PortLike = { number: 443, service: "http", product: "nginx", version: "1.22.1", tunnel: "ssl", tls: "t1" };
const HOST: HostLike = {
  address: A,
  name: "a.example",
  mac: "00-50-56-00-00-07",
  ports: [SSH, WEB],
  os: os(["linux"]),
};
const BASELINE = learned([host(HOST)]);

function now(changes: {
  readonly ssh?: Partial<PortLike>;
  readonly web?: Partial<PortLike>;
  readonly host?: Partial<HostLike>;
}) {
  return [
    host({
      ...HOST,
      ports: [
        { ...SSH, ...changes.ssh },
        { ...WEB, ...changes.web },
      ],
      ...changes.host,
    }),
  ];
}

describe("changes of what answers on a port", () => {
  const cases = [
    { name: "the same again", now: now({}), told: [] },
    {
      name: "a newer version of the product",
      now: now({ web: { version: "1.24.0" } }),
      told: ["version-changed tcp/443"],
    },
    {
      name: "an older version of the product",
      now: now({ web: { version: "1.20.0" } }),
      told: ["version-downgraded tcp/443"],
    },
    {
      name: "a version takes its banner along",
      now: now({ ssh: { version: "9.6p1", banner: "SSH-2.0-OpenSSH_9.6p1" } }),
      told: ["version-changed tcp/22"],
    },
    {
      name: "another product takes version and banner along",
      now: now({ ssh: { product: "Dropbear sshd", version: "2022.83", banner: "SSH-2.0-dropbear" } }),
      told: ["service-changed tcp/22"],
    },
    {
      name: "another protocol",
      now: now({ ssh: { service: "http", product: "nginx", version: "1.22.1", banner: "HTTP/1.1" } }),
      told: ["service-changed tcp/22"],
    },
    { name: "TLS taken away", now: now({ web: { tunnel: undefined as never } }), told: ["service-changed tcp/443"] },
    {
      name: "only the banner",
      now: now({ ssh: { banner: "SSH-2.0-OpenSSH_9.2p1 evil" } }),
      told: ["banner-changed tcp/22"],
    },
    { name: "another TLS key", now: now({ web: { tls: "t2" } }), told: ["certificate-changed tcp/443"] },
    { name: "another SSH host key", now: now({ ssh: { ssh: "k2" } }), told: ["hostkey-changed tcp/22"] },
    {
      name: "tcpwrapped is no answer",
      now: now({ web: { service: "tcpwrapped", product: undefined as never } }),
      told: [],
    },
    {
      name: "a name from the table is no answer",
      now: now({ web: { service: "https", method: "table", confidence: 3 } }),
      told: [],
    },
    {
      name: "a guess below confidence 8 is no answer",
      now: now({ web: { service: "smtp", product: "x", confidence: 6 } }),
      told: [],
    },
    {
      name: "a version that is missing is not a version removed",
      now: now({ web: { version: undefined as never } }),
      told: [],
    },
    { name: "a range of versions is not a version", now: now({ web: { version: "1.X - 2.X" } }), told: [] },
    {
      name: "a version without its product is not compared",
      now: now({ web: { product: undefined as never, version: "9" } }),
      told: [],
    },
    { name: "another MAC", now: now({ host: { mac: "00-50-56-00-00-99" } }), told: ["mac-changed mac"] },
    { name: "another name", now: now({ host: { name: "b.example" } }), told: ["name-changed name"] },
  ];
  it.each(cases)("$name", ({ now: scan, told: expected }) => {
    const lines = told(cycle(BASELINE, scan).deviations).map((line) => line.replace(` ${A} `, " "));
    expect(lines).toEqual(expected);
  });

  it("a field seen for the first time is learned without a word", () => {
    const bare = learned([host({ ...HOST, ports: [{ number: 22 }] })]);
    const { deviations, lesson } = cycle(bare, [host({ ...HOST, ports: [SSH] })]);
    expect(deviations).toEqual([]);
    expect(told(cycle(lesson.baseline, [host({ ...HOST, ports: [{ ...SSH, ssh: "k2" }] })]).deviations)).toEqual([
      `hostkey-changed ${A} tcp/22`,
    ]);
  });

  it("an nmap upgrade learns services anew, but not keys", () => {
    const other = { summary: { comparability: new Map([["service", "7.95 intensity 7"]] as const) } };
    const scan = now({ web: { version: "1.22.1 (reworded)", tls: "t2" } });
    const { deviations, lesson } = cycle(BASELINE, scan, other);
    expect(told(deviations)).toEqual([`certificate-changed ${A} tcp/443`]);
    expect(told(cycle(lesson.baseline, scan, other).deviations)).toEqual([`certificate-changed ${A} tcp/443`]);
  });

  it("names the right old and new values", () => {
    const [d] = cycle(BASELINE, now({ web: { version: "1.24.0" } })).deviations;
    expect(d).toMatchObject({
      from: "1.22.1",
      to: "1.24.0",
      target: "1.24.0",
      before: { product: "nginx", version: "1.22.1" },
      after: { product: "nginx", version: "1.24.0" },
      port: { transport: "tcp", number: 443 },
    });
  });

  it("is told with the product for people when the service changed", () => {
    const [d] = cycle(BASELINE, now({ ssh: { service: "http", product: "nginx" } })).deviations;
    expect([d?.from, d?.to, d?.target]).toEqual(["ssh (OpenSSH)", "http (nginx)", "service:http"]);
  });
});

describe("another MAC address of the same host", () => {
  const macChanges = (like: HostLike, misses = 0) => {
    const others = [host({ address: "10.0.0.99", mac: "00-50-56-00-00-63", ports: [{ number: 8080 }] })];
    let baseline = learned([...others, host(like)]);
    for (let i = 0; i < misses; i++) ({ baseline } = cycle(baseline, others).lesson);
    const { deviations } = cycle(baseline, [...others, host({ ...like, mac: "00-50-56-00-00-99" })]);
    return deviations.map((d) => [d.kind, d.informational]);
  };
  const pc = [{ number: 135 }, { number: 139 }, { number: 445 }];
  it.each<[string, HostLike, number, boolean]>([
    ["of a server is news", HOST, 0, false],
    ["of a printer is news", { ...HOST, os: null, ports: [{ number: 9100 }, { number: 631 }] }, 0, false],
    ["of a workstation that is never switched off is news", { ...HOST, os: os(["Windows"]), ports: pc }, 0, false],
    ["of a workstation that is switched off is for information", { ...HOST, os: os(["Windows"]), ports: pc }, 9, true],
    ["of something that was away is for information", { ...HOST, os: null, ports: [{ number: 4000 }] }, 1, true],
  ])("%s", (_, like, misses, informational) => {
    expect(macChanges(like, misses)).toEqual([["mac-changed", informational]]);
  });
});

describe("the operating system family", () => {
  const windows = [host({ ...HOST, os: os(["windows"]) })];
  const shifted = [`os-shifted ${A} os_family`];
  const shifts = (scans: readonly (readonly HostObservation[])[], from = BASELINE) =>
    series(from, scans).map((c) => told(c.deviations));
  it("needs three sightings of another family in a row", () => {
    expect(shifts([windows, windows, windows, windows])).toEqual([[], [], shifted, shifted]);
    expect(shifts([windows, windows, [host(HOST)], windows, windows])).toEqual([[], [], [], [], []]);
  });
  it("needs a second scan when both looks of the first said so, and none when the stack changed too", () => {
    const twice = [host({ ...HOST, os: { ...os(["windows"]), looks: 2 } })];
    expect(shifts([twice, twice])).toEqual([[], shifted]);
    const stacked = (family: string, options: string) => [
      host({ ...HOST, os: { ...os([family]), looks: 2, stack: new Map([["OPS.O1", options]]) } }),
    ];
    expect(shifts([stacked("windows", "M5B4NW8ST11")], learned(stacked("linux", "M5B4ST11NW7")))).toEqual([shifted]);
  });
  it("needs more looks the more often another family was in front for a moment, and never none", () => {
    const needed = (chances: number) => {
      const before = Array.from({ length: chances }, () => [windows, ...Array<typeof windows>(6).fill([host(HOST)])]);
      const baseline = series(learned([host(HOST)], 30), before.flat()).at(-1)?.lesson.baseline;
      const told = shifts(Array<typeof windows>(20).fill(windows), baseline ?? BASELINE);
      return told.findIndex((one) => one.length > 0) + 1;
    };
    expect([0, 1, 3].map(needed)).toEqual([3, 4, 5]);
  });
  it("needs two when other facts of the stack changed with it", () => {
    const of = (family: string, options: string) => [
      host({ ...HOST, os: { ...os([family]), stack: new Map([["OPS.O1", options]]) } }),
    ];
    const baseline = learned(of("linux", "M5B4ST11NW7"));
    const other = of("windows", "M5B4NW8ST11");
    const cycles = series(baseline, [other, other]);
    expect(cycles.map((c) => c.deviations.map((d) => d.reasons))).toEqual([[], [["family-changed", "corroborated"]]]);
  });
  it("is shifted when the best family is another one for three scans, although the old one is still a candidate", () => {
    const both = [host({ ...HOST, os: os(["freebsd", "linux"]) })];
    expect(shifts([both, both, both])).toEqual([[], [], shifted]);
    const [, , last] = series(BASELINE, [both, both, both]);
    expect(last?.deviations[0]).toMatchObject({ from: "linux", to: "freebsd", after: { os_family: "freebsd" } });
  });
  it("is shifted when the best family is gone from the candidates and another candidate is left", () => {
    const two = learned([host({ ...HOST, os: os(["linux", "freebsd"]) })]);
    const one = [host({ ...HOST, os: os(["freebsd"]) })];
    expect(shifts([one, one, one], two)).toEqual([[], [], shifted]);
  });
  it("tells the same shift while the list behind the best family flickers", () => {
    const lists = [["freebsd", "linux"], ["freebsd"], ["freebsd", "embedded"], ["freebsd", "linux", "embedded"]];
    const cycles = series(
      BASELINE,
      [...lists, ...lists].map((list) => [host({ ...HOST, os: os(list) })]),
    );
    const targets = cycles.flatMap((c) => c.deviations.map((d) => `${d.kind} ${d.target}`));
    expect(new Set(targets)).toEqual(new Set(["os-shifted freebsd"]));
  });
  it("is not shifted by any flicker of the list, of the name in front or of a single guess", () => {
    const quiet = fc.constantFrom(
      ["linux"],
      ["linux", "freebsd"],
      ["linux", "embedded", "freebsd"],
      ["linux", "linux", "embedded"],
    );
    const wrong = fc.constantFrom(["windows"], ["embedded"], ["freebsd", "linux"]);
    const blocks = fc.array(fc.tuple(wrong, quiet, quiet, quiet, quiet), { minLength: 1, maxLength: 6 });
    const bases = ["linux", "freebsd"].map((second) => learned([host({ ...HOST, os: os(["linux", second]) })], 40));
    fc.assert(
      fc.property(fc.constantFrom(...bases), blocks, (baseline, lists) => {
        const scans = lists.flat().map((list) => [host({ ...HOST, os: os(list) })]);
        expect(shifts(scans, baseline).flat()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
  it("is not shifted where two families take turns in front", () => {
    const turns = ["linux", "freebsd"].map((family) => [host({ ...HOST, os: os([family]) })]);
    const scans = Array.from({ length: 20 }, (_, i) => turns[i % 2] ?? []);
    const baseline = series(BASELINE, scans).at(-1)?.lesson.baseline ?? BASELINE;
    const [, other = []] = turns;
    expect(shifts(Array(6).fill(other), baseline).flat()).toEqual([]);
  });
  it("needs no second sighting when the TTL class says so too", () => {
    const ports = [
      { ...SSH, ttl: 128 },
      { ...WEB, ttl: 127 },
    ];
    const [d] = cycle(BASELINE, [host({ ...HOST, ports, os: os(["windows"]) })]).deviations;
    expect([d?.kind, d?.reasons]).toEqual(["os-shifted", ["family-changed", "corroborated"]]);
  });
  it("is not judged from a scan without an open and a closed port", () => {
    const bad = [host({ ...HOST, os: os(["windows"], false) })];
    expect(series(BASELINE, [bad, bad, bad]).flatMap((c) => c.deviations)).toEqual([]);
  });
  it("is not shifted by another TTL alone", () => {
    const ports = [
      { ...SSH, ttl: 128 },
      { ...WEB, ttl: 128 },
    ];
    expect(
      series(BASELINE, [[host({ ...HOST, ports })], [host({ ...HOST, ports })]]).flatMap((c) => c.deviations),
    ).toEqual([]);
  });
});
