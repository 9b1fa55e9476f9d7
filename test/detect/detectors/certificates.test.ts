import { describe, expect, it } from "vitest";
import type { Certificate } from "../../../src/domain/certificate.ts";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { type Cycle, cycle, host, learned, mac, series, told } from "../../baseline/world.ts";
import type { PortLike } from "../../baseline/world.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 1);
/** When the scan after twenty scans of six hours each is made. */
const NOW = START + 21 * 6 * 3_600_000;
const CORP: Certificate = {
  issuer: "Corp Issuing CA 2",
  organisation: "Example Corp",
  names: ["app.example", "www.example"],
  selfSigned: false,
  notBefore: START - 30 * DAY,
};
const WEB: PortLike = { number: 443, service: "http", product: "nginx", tunnel: "ssl", tls: "key1", certificate: CORP };
const scan = (web: Partial<PortLike>) => [host({ address: "10.0.0.7", mac: mac(7), ports: [{ ...WEB, ...web }] })];
const BASELINE = learned(scan({}));

function found(web: Partial<PortLike>): readonly Deviation[] {
  return cycle(BASELINE, scan(web)).deviations;
}

const issued = (changes: Partial<Certificate> = {}): Certificate => ({ ...CORP, notBefore: NOW, ...changes });

interface Case {
  readonly name: string;
  readonly web: Partial<PortLike>;
  readonly told: readonly (readonly [kind: string, reasons: readonly string[]])[];
}

const CASES: readonly Case[] = [
  { name: "the same key and the same certificate: nothing", web: {}, told: [] },
  {
    name: "another key by the same authority for the same names, issued now: a renewal",
    web: { tls: "key2", certificate: issued() },
    told: [["certificate-renewed", ["key-replaced"]]],
  },
  {
    name: "the authority keeps its organisation and changes its issuing certificate: a renewal",
    web: { tls: "key2", certificate: issued({ issuer: "Corp Issuing CA 3" }) },
    told: [["certificate-renewed", ["key-replaced"]]],
  },
  {
    name: "one more name beside the old ones: a renewal",
    web: { tls: "key2", certificate: issued({ names: ["app.example", "new.example", "www.example"] }) },
    told: [["certificate-renewed", ["key-replaced"]]],
  },
  {
    name: "a wildcard that covers the old names: a renewal",
    web: { tls: "key2", certificate: issued({ names: ["*.example"] }) },
    told: [["certificate-renewed", ["key-replaced"]]],
  },
  {
    name: "another key with a certificate that is older than the last look: a change",
    web: { tls: "key2", certificate: issued({ notBefore: NOW - 10 * DAY }) },
    told: [["certificate-changed", ["key-replaced"]]],
  },
  {
    name: "another key with a certificate from tomorrow: a change",
    web: { tls: "key2", certificate: issued({ notBefore: NOW + DAY }) },
    told: [["certificate-changed", ["key-replaced"]]],
  },
  {
    name: "another key without a readable certificate: a change that says no more than that",
    web: { tls: "key2", certificate: undefined as never },
    told: [["certificate-changed", ["key-replaced"]]],
  },
  {
    name: "another key by another authority: a change that names the authority",
    web: { tls: "key2", certificate: issued({ organisation: "Elsewhere" }) },
    told: [["certificate-changed", ["key-replaced", "foreign-issuer"]]],
  },
  {
    name: "another key without one of the names: a change that names the loss",
    web: { tls: "key2", certificate: issued({ names: ["app.example"] }) },
    told: [["certificate-changed", ["key-replaced", "name-lost"]]],
  },
  {
    name: "another key that signed itself: a change, never a renewal",
    web: { tls: "key2", certificate: issued({ selfSigned: true, organisation: null, issuer: "app.example" }) },
    told: [["certificate-changed", ["key-replaced", "self-signed", "foreign-issuer"]]],
  },
  {
    name: "the known key with a certificate by another authority: a change without another key",
    web: { certificate: issued({ organisation: "Elsewhere" }) },
    told: [["certificate-changed", ["foreign-issuer"]]],
  },
  {
    name: "the known key certified by the same authority for fewer names: a change",
    web: { certificate: issued({ names: ["www.example"] }) },
    told: [["certificate-changed", ["name-lost"]]],
  },
  {
    name: "the known key certified anew for more names: nothing",
    web: { certificate: issued({ names: ["app.example", "new.example", "www.example"] }) },
    told: [],
  },
  {
    name: "a certificate without a key to compare: nothing",
    web: { tls: undefined as never, certificate: issued({ organisation: "Elsewhere" }) },
    told: [],
  },
  {
    name: "a port that shows neither in this scan: nothing",
    web: { tls: undefined as never, certificate: undefined as never },
    told: [],
  },
];

describe("another certificate on a known port", () => {
  it.each(CASES)("$name", ({ web, told: expected }) => {
    expect(found(web).map((d) => [d.kind, d.reasons])).toEqual(expected);
  });

  it("is one deviation per port, by the port it is on", () => {
    const deviations = found({ tls: "key2", certificate: issued({ organisation: "Elsewhere", names: ["x.example"] }) });
    expect(told(deviations)).toEqual(["certificate-changed 10.0.0.7 tcp/443"]);
  });
});

describe("what a change of certificate carries", () => {
  it("issuer and names before and after, and the digests of both keys", () => {
    const [d] = found({ tls: "key2", certificate: issued({ organisation: "Elsewhere" }) });
    expect(d).toMatchObject({
      before: {
        tls_sha256: "key1",
        tls_issuer: "Corp Issuing CA 2 (Example Corp)",
        tls_names: "app.example,www.example",
      },
      after: { tls_sha256: "key2", tls_issuer: "Corp Issuing CA 2 (Elsewhere)", tls_names: "app.example,www.example" },
      target: "key2",
      evidence: "handshake",
      informational: false,
    });
  });

  it("a certificate of the known key keeps the key on both sides and tells the authorities", () => {
    const [d] = found({ certificate: issued({ organisation: "Elsewhere" }) });
    expect(d).toMatchObject({
      from: "Corp Issuing CA 2 (Example Corp)",
      to: "Corp Issuing CA 2 (Elsewhere)",
      before: { tls_sha256: "key1", tls_names: "app.example,www.example" },
      after: { tls_sha256: "key1", tls_names: "app.example,www.example" },
    });
    expect(d?.target).toMatch(/^certificate [0-9a-z]+$/);
  });

  it("two certificates of one key have two targets: the second does not continue the first", () => {
    const targets = ["Elsewhere", "Nowhere"].map(
      (organisation) => found({ certificate: issued({ organisation }) })[0]?.target,
    );
    expect(new Set(targets).size).toBe(2);
  });

  it("a renewal is for information and tells the authority", () => {
    const [d] = found({ tls: "key2", certificate: issued() });
    expect(d).toMatchObject({
      informational: true,
      before: { tls_issuer: "Corp Issuing CA 2 (Example Corp)" },
      after: { tls_issuer: "Corp Issuing CA 2 (Example Corp)" },
    });
  });
});

describe("a change of certificate over several scans", () => {
  it("a renewal is told once: the new key is normal at once", () => {
    const renewed = scan({ tls: "key2", certificate: issued() });
    const cycles = series(BASELINE, [renewed, renewed, scan({})]);
    expect(cycles.map((c) => told(c.deviations))).toEqual([
      ["certificate-renewed 10.0.0.7 tcp/443"],
      [],
      ["certificate-changed 10.0.0.7 tcp/443"],
    ]);
  });

  it("a foreign certificate is told in every scan, and nothing of it becomes normal", () => {
    const foreign = scan({ tls: "key2", certificate: issued({ organisation: "Elsewhere" }) });
    const cycles = series(BASELINE, [foreign, foreign, foreign, scan({})]);
    const changed = ["certificate-changed 10.0.0.7 tcp/443"];
    expect(cycles.map((c) => told(c.deviations))).toEqual([changed, changed, changed, []]);
    expect(cycles.slice(0, 3).map((c) => c.deviations[0]?.confirmed)).toEqual([false, true, true]);
  });

  it("what a foreign certificate says of itself is never the first thing known about the right one", () => {
    const bare = learned(scan({ certificate: undefined as never }));
    const foreign = scan({ tls: "key2", certificate: issued({ organisation: "Elsewhere" }) });
    const [, , last] = series(bare, [foreign, foreign, scan({})]);
    expect(last?.deviations).toEqual([]);
    const [known] = [...(last?.lesson.baseline.hosts.values() ?? [])];
    expect(known?.ports.get("tcp/443")?.fields.get("certificate")?.value).toContain("Example Corp");
  });
});

/** A service whose certificate is renewed every thirty days, looked at once a day. */
describe("certificates that are renewed again and again", () => {
  const HOUR = DAY / 24;
  const timeOf = (n: number) => START + n * 6 * HOUR;
  const renewal = (service: number, n: number): Partial<PortLike> => {
    const turn = Math.floor((n + service * 7) / 120);
    const notBefore = timeOf(turn * 120 - service * 7) - ((service * 5) % 24) * HOUR;
    return { tls: `key-${service}-${turn}`, certificate: { ...CORP, names: [`s${service}.example`], notBefore } };
  };
  const segment = (n: number, services: number, wrong: (service: number) => Partial<PortLike> = () => ({})) =>
    Array.from({ length: services }, (_, i) =>
      host({
        address: `10.0.${i >> 8}.${i & 255}`,
        mac: mac(i),
        ports: [{ ...WEB, ...renewal(i, n), ...wrong(i) }],
      }),
    );
  const kinds = ({ deviations }: Cycle) => deviations.map((d) => d.kind);
  const grown = (services: number, until: number) => {
    let baseline = learned(segment(1, services), 1);
    const seen: string[] = [];
    for (let n = 5; n <= until; n += 4) {
      const now = cycle(baseline, segment(n, services), { context: { scanNumber: n } });
      seen.push(...kinds(now));
      ({ baseline } = now.lesson);
    }
    return { baseline, seen };
  };

  it("three months of 300 services are renewals and nothing else", () => {
    const { seen } = grown(300, 381);
    expect(new Set(seen)).toEqual(new Set(["certificate-renewed"]));
    expect(seen.length).toBeGreaterThan(700);
  });

  it("after any number of them whatever is no renewal is told on every service", () => {
    const services = 20;
    const wrong: readonly ((now: number) => Partial<Certificate>)[] = [
      (now) => ({ organisation: "Elsewhere", notBefore: now }),
      (now) => ({ organisation: null, issuer: "s.example", selfSigned: true, notBefore: now }),
      (now) => ({ names: ["other.example"], notBefore: now }),
      (now) => ({ notBefore: now - 20 * DAY }),
      () => ({ notBefore: null }),
    ];
    for (const until of [129, 261, 301]) {
      const { baseline } = grown(services, until);
      const n = until + 1;
      for (const change of wrong) {
        const replaced = (service: number) => {
          const right = renewal(service, n).certificate ?? CORP;
          return { tls: `foreign-${service}`, certificate: { ...right, ...change(timeOf(n)) } };
        };
        const now = cycle(baseline, segment(n, services, replaced), { context: { scanNumber: n } });
        expect(told(now.deviations).filter((line) => line.startsWith("certificate-changed"))).toHaveLength(services);
        expect(now.deviations).toHaveLength(services);
      }
    }
  });

  it("one that was put in place days before the next look at certificates is a renewal", () => {
    let baseline = learned(segment(21, 1), 21);
    // The port is seen open in every scan, its certificate only once a week.
    for (let n = 22; n <= 50; n++) {
      const open = [host({ address: "10.0.0.0", mac: mac(0), ports: [{ number: 443, verified: false }] })];
      ({ baseline } = cycle(baseline, open, { context: { scanNumber: n } }).lesson);
    }
    const certificate = { ...CORP, names: ["s0.example"], notBefore: timeOf(51) - 5 * DAY };
    const now = cycle(
      baseline,
      segment(51, 1, () => ({ tls: "next", certificate })),
      { context: { scanNumber: 51 } },
    );
    expect(kinds(now)).toEqual(["certificate-renewed"]);
  });
});
