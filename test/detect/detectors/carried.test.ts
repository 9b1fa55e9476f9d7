import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { cycle, host, learned, mac, os, series } from "../../baseline/world.ts";
import type { CycleOptions, HostLike, PortLike } from "../../baseline/world.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 1);
const A = "10.0.0.7";
const SSH: PortLike = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2p1", banner: "hello", ssh: "k1" };
const WEB: PortLike = { number: 443, service: "http", product: "nginx", version: "1.22.1", extra: "Debian", tls: "t1" };
const HOST: HostLike = { address: A, mac: mac(7), name: "a.example", ports: [SSH, WEB], os: os(["linux"]) };
const B = host({ address: "10.0.0.8", mac: mac(8), name: "b.example", ports: [{ number: 80 }] });
const BASELINE = learned([host(HOST), B]);
const seen = (changes: Partial<HostLike>) => [host({ ...HOST, ...changes }), B];
const ports = (ssh: Partial<PortLike>, web: Partial<PortLike> = {}) =>
  seen({
    ports: [
      { ...SSH, ...ssh },
      { ...WEB, ...web },
    ],
  });
const LEARNED = { scans: 20, firstSeen: START + 6 * HOUR, lastSeen: START + 20 * 6 * HOUR };

interface Case {
  readonly name: string;
  readonly now: Parameters<typeof cycle>[1];
  readonly scans?: number;
  readonly carries: Partial<Deviation>;
}

const CASES: readonly Case[] = [
  {
    name: "a new port: what it shows, beside closed",
    now: seen({ ports: [SSH, WEB, { number: 2375, service: "docker", product: "Docker", version: "27", ttl: 128 }] }),
    carries: {
      kind: "port-opened",
      from: "closed",
      to: "open",
      before: { state: "closed" },
      after: { state: "open", service: "docker", product: "Docker", version: "27", reason_ttl: 128, confidence: 10 },
      evidence: "syn-ack",
      history: { scans: 20, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    },
  },
  {
    name: "a new port with a service from a table: the name does not count as seen",
    now: seen({ ports: [SSH, WEB, { number: 2375, service: "docker", method: "table", confidence: 3 }] }),
    carries: { kind: "port-opened", after: { state: "open", reason_ttl: 64 } },
  },
  {
    name: "a closed port after resets: what was normal beside closed",
    now: seen({ ports: [WEB] }),
    scans: 2,
    carries: {
      kind: "port-closed",
      target: "closed",
      before: { state: "open", service: "ssh", product: "OpenSSH", version: "9.2p1" },
      after: { state: "closed" },
      evidence: "reset",
      confirmed: true,
      history: { ...LEARNED, scans: 21, seen: 0, changes: 1 },
    },
  },
  {
    name: "a closed port after silences: filtered",
    now: seen({ ports: [WEB], otherStates: [{ state: "filtered", count: 990, transport: "tcp" }] }),
    scans: 3,
    carries: { kind: "port-closed", target: "closed", after: { state: "filtered" }, evidence: "no-response" },
  },
  {
    name: "another product: both services whole, told by their field",
    now: ports({ product: "Dropbear sshd", version: "2022.83" }),
    carries: {
      kind: "service-changed",
      target: "product:Dropbear sshd",
      from: "OpenSSH",
      to: "Dropbear sshd",
      before: { state: "open", service: "ssh", product: "OpenSSH", version: "9.2p1" },
      evidence: "handshake",
      history: { ...LEARNED, seen: 0, changes: 0 },
    },
  },
  {
    name: "a downgrade says so",
    now: ports({ version: "8.4p1", banner: "hello" }),
    carries: {
      kind: "version-downgraded",
      reasons: ["downgrade"],
      before: { product: "OpenSSH", version: "9.2p1" },
      after: { service: "ssh", product: "OpenSSH", version: "8.4p1" },
    },
  },
  {
    name: "an upgrade has nothing to say beside its versions",
    now: ports({ version: "9.6p1" }),
    carries: { kind: "version-changed", reasons: [], target: "9.6p1" },
  },
  {
    name: "a banner: whole with its digest, the digest is the target",
    now: ports({ banner: "bye" }),
    carries: {
      kind: "banner-changed",
      from: "hello",
      to: "bye",
      target: "b49f425a7e1f9cff3856329ada223f2f9d368f15a00cf48df16ca95986137fe8",
      before: {
        banner: "hello",
        banner_sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
      },
      after: {
        banner: "bye",
        banner_sha256: "b49f425a7e1f9cff3856329ada223f2f9d368f15a00cf48df16ca95986137fe8",
      },
    },
  },
  {
    name: "what a service says of itself beside its version is told as a banner",
    now: ports({}, { extra: "Ubuntu" }),
    carries: {
      kind: "banner-changed",
      port: { transport: "tcp", number: 443 },
      from: "Debian",
      to: "Ubuntu",
      before: { extra_info: "Debian" },
      after: { extra_info: "Ubuntu" },
    },
  },
  {
    name: "a long banner is cut in the sentence, never inside a character, and whole in the facts",
    now: ports({ banner: `${"x".repeat(79)}😀${"y".repeat(20)}` }),
    carries: {
      kind: "banner-changed",
      to: `${"x".repeat(79)}\uFFFD…`,
      after: expect.objectContaining({ banner: `${"x".repeat(79)}😀${"y".repeat(20)}` }),
    },
  },
  {
    name: "a banner of exactly 80 characters is not cut",
    now: ports({ banner: "z".repeat(80) }),
    carries: { kind: "banner-changed", to: "z".repeat(80) },
  },
  {
    name: "another host key: the digests",
    now: ports({ ssh: "k2" }),
    carries: {
      kind: "hostkey-changed",
      reasons: ["key-replaced"],
      before: { ssh_sha256: "k1" },
      after: { ssh_sha256: "k2" },
    },
  },
  {
    name: "another MAC",
    now: seen({ mac: mac(70) }),
    carries: {
      kind: "mac-changed",
      subject: "mac",
      from: mac(7),
      to: mac(70),
      before: { mac: mac(7) },
      after: { mac: mac(70) },
      evidence: null,
      history: { ...LEARNED, seen: 0, changes: 0 },
    },
  },
  {
    name: "another name",
    now: seen({ name: "z.example" }),
    carries: { kind: "name-changed", before: { dns_name: "a.example" }, after: { dns_name: "z.example" } },
  },
  {
    name: "another address: by which evidence it is the same machine",
    now: seen({ address: "10.0.0.70" }),
    carries: {
      kind: "host-moved",
      from: A,
      to: "10.0.0.70",
      before: { ip: A },
      after: { ip: "10.0.0.70", identity: "ssh" },
      reasons: ["same-identity"],
      informational: true,
    },
  },
  {
    name: "another operating system: the family and nmap's best guess",
    now: seen({ os: os(["windows"]) }),
    scans: 3,
    carries: {
      kind: "os-shifted",
      before: { os_family: "linux" },
      after: { os_family: "windows", os_name: "windows 5" },
      reasons: ["family-changed"],
      confirmed: true,
    },
  },
  {
    name: "a host that answers everywhere: on how many ports",
    now: seen({ ports: [], allPortsOpen: 990 }),
    carries: {
      kind: "all-ports-open",
      from: null,
      to: "990",
      target: "yes",
      before: {},
      after: { state: "open" },
      evidence: "syn-ack",
      confirmed: false,
    },
  },
  {
    name: "a host that answers everywhere and again: confirmed",
    now: seen({ ports: [], allPortsOpen: 990, recheck: { same: 3, other: 0 } }),
    carries: { kind: "all-ports-open", confirmed: true },
  },
  {
    name: "a host that left: where it was",
    now: [B],
    scans: 3,
    carries: {
      kind: "host-disappeared",
      target: "gone",
      from: "up",
      to: "gone",
      before: { state: "up", ip: A, mac: mac(7), dns_name: "a.example" },
      after: { state: "gone" },
      evidence: "no-response",
      confirmed: true,
      history: { ...LEARNED, scans: 22, seen: 0, changes: 0 },
    },
  },
  {
    name: "another machine: the strongest evidence of both",
    now: [host({ address: A, mac: mac(70), name: "a.example", ports: [{ ...SSH, ssh: "k9" }] }), B],
    carries: {
      kind: "identity-changed",
      subject: "identity",
      from: `mac:${mac(7)}`,
      to: `mac:${mac(70)}`,
      before: { ip: A, identity: `mac:${mac(7)}`, mac: mac(7) },
      after: { ip: A, identity: `mac:${mac(70)}`, mac: mac(70) },
      reasons: ["all-evidence-replaced"],
      confirmed: true,
      evidence: "syn-ack",
      history: { ...LEARNED, seen: 0, changes: 0 },
    },
  },
];

describe("what each deviation carries", () => {
  it.each(CASES)("$name", ({ now, scans, carries }) => {
    const { deviations } = series(BASELINE, Array(scans ?? 1).fill(now)).at(-1) ?? cycle(BASELINE, now);
    const found = deviations.find((d) => d.kind === carries.kind);
    for (const [cell, value] of Object.entries(carries)) expect([cell, Object(found)[cell]]).toEqual([cell, value]);
  });

  it("names the host as it is now, with its tags, and the detector that found it", () => {
    const [d] = cycle(BASELINE, seen({ name: "z.example" }), { context: { tags: [] } }).deviations;
    expect(d).toMatchObject({
      host: { address: A, mac: mac(7), name: "z.example", osFamily: "linux", tags: [] },
      detector: { id: "name-changed", version: "1.0.0" },
      observedAt: START + 21 * 6 * HOUR,
      declared: null,
      closedSegment: false,
    });
  });
});

describe("a stranger", () => {
  const stranger = (more: Partial<HostLike>) => [host(HOST), B, host({ address: "10.0.0.9", ...more })];
  const appeared = (more: Partial<HostLike>, options?: CycleOptions) =>
    cycle(BASELINE, stranger(more), options).deviations.find((d) => d.kind === "host-appeared");

  it("carries what it shows of itself", () => {
    expect(
      appeared({ mac: mac(9), name: "new.example", os: os(["bsd"]), ports: [{ number: 22, ssh: "k9" }] }),
    ).toMatchObject({
      after: { state: "up", ip: "10.0.0.9", mac: mac(9), dns_name: "new.example", os_family: "bsd", identity: "ssh" },
      before: {},
      history: { scans: 20, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    });
  });

  it.each<{ name: string; more: Partial<HostLike>; confirmed: boolean; evidence: string | null }>([
    { name: "that only answers ARP is not confirmed", more: { mac: mac(9) }, confirmed: false, evidence: null },
    {
      name: "that only answers on a port is not confirmed",
      more: { ports: [{ number: 22 }] },
      confirmed: false,
      evidence: "syn-ack",
    },
    { name: "that does both is", more: { mac: mac(9), ports: [{ number: 22 }] }, confirmed: true, evidence: "syn-ack" },
    {
      name: "whose port was asked twice is",
      more: { ports: [{ number: 22, verified: true }] },
      confirmed: true,
      evidence: "syn-ack",
    },
    {
      name: "with a closed port and a MAC is not",
      more: { mac: mac(9), ports: [{ number: 22, state: "closed" }] },
      confirmed: false,
      evidence: null,
    },
  ])("$name", ({ more, confirmed, evidence }) => {
    expect(appeared(more)).toMatchObject({ confirmed, evidence });
  });

  it("is confirmed by the second scan, whatever it shows", () => {
    const once = cycle(BASELINE, stranger({})).lesson.baseline;
    const again = cycle(once, stranger({})).deviations.find((d) => d.kind === "host-appeared");
    expect(again?.confirmed).toBe(true);
  });
});

describe("another machine without a second piece of evidence", () => {
  it.each<{ name: string; like: Partial<HostLike>; confirmed: boolean; target: string }>([
    {
      name: "only another MAC on a machine that shows nothing else",
      like: { mac: mac(70), name: "q", ports: [{ number: 23 }] },
      confirmed: false,
      target: `mac:${mac(70)}`,
    },
    {
      name: "a port of it answered twice",
      like: { mac: mac(70), name: "q", ports: [{ number: 23, verified: true }] },
      confirmed: true,
      target: `mac:${mac(70)}`,
    },
    {
      name: "without a MAC its keys name it, SSH first",
      like: {
        mac: null,
        name: "q",
        ports: [
          { ...SSH, ssh: "k9" },
          { ...WEB, tls: "t9" },
        ],
      },
      confirmed: false,
      target: "ssh:k9",
    },
    {
      name: "without MAC and SSH its TLS key names it",
      like: { mac: null, name: "q", ports: [{ number: 23 }, { ...WEB, tls: "t9" }] },
      confirmed: false,
      target: "tls:t9",
    },
  ])("$name", ({ like, confirmed, target }) => {
    const { deviations } = cycle(BASELINE, [host({ address: A, ...like }), B]);
    expect(deviations.find((d) => d.kind === "identity-changed")).toMatchObject({ confirmed, target });
  });
});

describe("whose view counts", () => {
  it.each<{ name: string; like: Partial<HostLike>; options: CycleOptions; kinds: readonly string[] }>([
    {
      name: "another MAC from behind another gateway is no news",
      like: { mac: mac(70) },
      options: { vantage: { problems: ["source-address-changed"] } },
      kinds: [],
    },
    {
      name: "another name after a move belongs to the move",
      like: { address: "10.0.0.70", name: "dhcp" },
      options: {},
      kinds: ["host-moved"],
    },
    {
      name: "a move seen in another way is none",
      like: { address: "10.0.0.70" },
      options: { summary: { comparability: new Map([["presence", "connect"]] as const) } },
      kinds: [],
    },
  ])("$name", ({ like, options, kinds }) => {
    expect(cycle(BASELINE, seen(like), options).deviations.map((d) => d.kind)).toEqual(kinds);
  });

  it("two made-up MACs are never compared, one real one is", () => {
    const local = (n: number) => `02-00-00-00-00-0${n}`;
    const before = learned([host({ ...HOST, mac: local(1) })]);
    const kinds = [local(2), mac(7)].map((m) =>
      cycle(before, [host({ ...HOST, mac: m })]).deviations.map((d) => d.kind),
    );
    expect(kinds).toEqual([[], ["mac-changed"]]);
  });
});
