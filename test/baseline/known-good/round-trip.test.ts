import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareKnownGood } from "../../../src/baseline/known-good/compare.ts";
import { knownGood } from "../../../src/baseline/known-good/export.ts";
import { importKnownGood } from "../../../src/baseline/known-good/import.ts";
import { knownGoodReader } from "../../../src/baseline/known-good/read.ts";
import { knownGoodLines } from "../../../src/baseline/known-good/write.ts";
import { emptyBaseline, type SegmentBaseline } from "../../../src/domain/baseline.ts";
import type { KnownGood } from "../../../src/domain/known-good.ts";
import { cycle, deepFreeze, host, type HostLike, learned, mac, type PortLike, series, told } from "../world.ts";

const HOUR = 3_600_000;
const SSH: PortLike = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2", ssh: "ssh-ed25519:k1" };
const WEB: PortLike = { number: 443, service: "https", product: "nginx", version: "1.24", tls: "t1" };
const SERVER: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [SSH, WEB] };
const OTHER: HostLike = { address: "10.0.0.8", mac: mac(8), ports: [{ ...SSH, ssh: "ssh-ed25519:k2" }] };

function textOf(known: KnownGood): string {
  return [...knownGoodLines(known)].join("\n");
}

function readText(text: string): KnownGood {
  const reader = knownGoodReader();
  for (const [i, line] of text.split("\n").entries()) reader.take(line, i + 1);
  const read = reader.end();
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

/** A new agent is given what the old one knew, when that one made its last scan. */
function restored(old: SegmentBaseline): SegmentBaseline {
  const lastSeen = [...old.hosts.values()].map((one) => one.lastSeen.at);
  const at = { scan: 0, at: Math.max(0, ...lastSeen) + HOUR };
  return importKnownGood(emptyBaseline("lab"), readText(textOf(knownGood(old))), { at, replace: false }).baseline;
}

function found(baseline: SegmentBaseline, ...hosts: readonly HostLike[]) {
  return cycle(
    baseline,
    hosts.map((one) => host(one)),
  ).deviations.filter(({ informational }) => informational !== true);
}

const KNOWN = learned([host(SERVER), host(OTHER)], 25);

describe("a new agent with the known good of an old one", () => {
  it("finds nothing new in its first scan", () => {
    expect(told(found(restored(KNOWN), SERVER, OTHER))).toEqual([]);
  });

  it.each([
    {
      what: "another open port",
      hosts: [{ ...SERVER, ports: [SSH, WEB, { number: 4444 }] }, OTHER],
      says: ["port-opened 10.0.0.7 tcp/4444"],
    },
    {
      what: "another host",
      hosts: [SERVER, OTHER, { address: "10.0.0.9", mac: mac(9) }],
      says: ["host-appeared 10.0.0.9 presence"],
    },
    {
      what: "another host key",
      hosts: [{ ...SERVER, ports: [{ ...SSH, ssh: "ssh-ed25519:evil" }, WEB] }, OTHER],
      says: ["hostkey-changed 10.0.0.7 tcp/22"],
    },
    {
      what: "an older version",
      hosts: [{ ...SERVER, ports: [SSH, { ...WEB, version: "1.20" }] }, OTHER],
      says: ["version-downgraded 10.0.0.7 tcp/443"],
    },
  ])("reports $what in its first scan, mature", ({ hosts, says }) => {
    const news = found(restored(KNOWN), ...hosts);
    expect(told(news)).toEqual(says);
    expect(news.map(({ mature }) => mature)).toEqual(says.map(() => true));
  });

  it("reports a port that stays closed and a host that stays away", () => {
    const scans = Array.from({ length: 5 }, () => [host({ ...SERVER, ports: [SSH] })]);
    const said = series(restored(KNOWN), scans).flatMap(({ deviations }) => told(deviations));
    expect([...new Set(said)].toSorted()).toEqual([
      "host-disappeared 10.0.0.8 presence",
      "port-closed 10.0.0.7 tcp/443",
    ]);
  });

  it("keeps the ids of the hosts, whatever they are recognised by later", () => {
    expect([...restored(KNOWN).hosts.keys()].toSorted()).toEqual([...KNOWN.hosts.keys()].toSorted());
  });

  it("learns for as long as the old one would have: a file of three scans makes nothing mature", () => {
    const young = restored(learned([host(SERVER), host(OTHER)], 3));
    const news = found(young, { ...SERVER, ports: [SSH, WEB, { number: 4444 }] }, OTHER);
    expect(news.filter(({ mature }) => mature)).toEqual([]);
  });
});

describe("the file", () => {
  it("does not change while nothing changes, once enough was seen", () => {
    const long = learned([host(SERVER), host(OTHER)], 130);
    const longer = cycle(long, [host(SERVER), host(OTHER)]).lesson.baseline;
    expect(textOf(knownGood(longer))).toBe(textOf(knownGood(long)));
  });

  it("has nothing of what deviates", () => {
    const odd: HostLike = { ...SERVER, name: "evil.example", ports: [{ ...SSH, ssh: "evil" }, WEB, { number: 4444 }] };
    const deviating = cycle(KNOWN, [host(odd), host(OTHER), host({ address: "10.0.0.9", mac: mac(9) })]).lesson
      .baseline;
    expect(textOf(knownGood(deviating))).not.toMatch(/evil|4444|10\.0\.0\.9/);
    expect(compareKnownGood(knownGood(deviating), knownGood(KNOWN))).toEqual([]);
  });

  it("names each address once, for the host seen there last", () => {
    const moved = series(KNOWN, [
      ...Array.from({ length: 4 }, () => [host(SERVER)]),
      [host(SERVER), host({ address: OTHER.address, mac: mac(99) })],
    ]).at(-1)?.lesson.baseline;
    const addresses = knownGood(moved ?? KNOWN).hosts.map(({ address }) => address);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  const port = fc.record({
    number: fc.constantFrom(22, 80, 443, 8080),
    service: fc.option(fc.constantFrom("http", "ssh"), { nil: undefined }),
    product: fc.option(fc.constantFrom("nginx", "OpenSSH"), { nil: undefined }),
    version: fc.option(fc.constantFrom("1.0", "1.1", "2.0"), { nil: undefined }),
    ssh: fc.option(fc.constantFrom("ssh-rsa:a", "ssh-ed25519:b ssh-rsa:c"), { nil: undefined }),
    tls: fc.option(fc.constantFrom("x", "y"), { nil: undefined }),
    banner: fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined }),
    title: fc.option(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), { nil: undefined }),
  });
  const machine = fc.record({
    address: fc.constantFrom("10.0.0.7", "10.0.0.8", "2001:db8::9"),
    name: fc.option(fc.constantFrom("a.example", "b.example"), { nil: undefined }),
    mac: fc.option(fc.integer({ min: 1, max: 4 }).map(mac), { nil: null }),
    ports: fc.uniqueArray(port, { selector: ({ number }) => number, maxLength: 4 }),
  });
  const scan = fc.uniqueArray(machine, { selector: ({ address }) => address, maxLength: 3 });

  it("is the same after it was read, imported elsewhere and exported again", () => {
    fc.assert(
      fc.property(fc.array(scan, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 5 }), (scans, times) => {
        const worlds = Array.from({ length: times }, () => scans).flat();
        const observed = worlds.map((hosts) => hosts.map((one) => host(defined(one))));
        const baseline = series(emptyBaseline("lab"), observed).at(-1)?.lesson.baseline ?? emptyBaseline("lab");
        const text = textOf(knownGood(deepFreeze(baseline)));
        expect(textOf(readText(text))).toBe(text);
        expect(textOf(knownGood(restored(baseline)))).toBe(text);
        expect(compareKnownGood(readText(text), knownGood(restored(baseline)))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

/** Without the keys that have no value. */
function defined({ ports, ...one }: { readonly ports: readonly object[] }): HostLike {
  const bare = (from: object) => Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined));
  return { ...bare(one), ports: ports.map(bare) } as unknown as HostLike; // Every key is one of HostLike or PortLike.
}
