import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identifyHosts } from "../../src/baseline/identity/identify.ts";
import { emptyBaseline } from "../../src/domain/baseline.ts";
import type { HostObservation } from "../../src/domain/observation.ts";
import { cycle, host, learned, mac, series, told } from "./world.ts";
import type { HostLike } from "./world.ts";

const WEB: HostLike = {
  address: "10.0.0.5",
  name: "web.example",
  mac: mac(5),
  ports: [
    { number: 22, service: "ssh", product: "OpenSSH", ssh: "k5" },
    { number: 80, service: "http", product: "nginx" },
  ],
};
const DB: HostLike = {
  address: "10.0.0.6",
  name: "db.example",
  mac: mac(6),
  ports: [{ number: 5432, service: "postgresql" }],
};

describe("which machine answers at an address", () => {
  const cases: readonly {
    readonly name: string;
    readonly before: readonly HostLike[];
    readonly now: readonly HostLike[];
    readonly told: readonly string[];
  }[] = [
    {
      name: "a machine with the same MAC at another address has moved",
      before: [DB],
      now: [{ ...DB, address: "10.0.0.9" }],
      told: ["host-moved 10.0.0.9 ip"],
    },
    {
      name: "a machine behind a router is recognised by its SSH key at another address",
      before: [{ ...WEB, mac: null }],
      now: [{ ...WEB, mac: null, address: "10.0.0.9" }],
      told: ["host-moved 10.0.0.9 ip"],
    },
    {
      name: "the name of the new address is part of a move",
      before: [DB],
      now: [{ ...DB, address: "10.0.0.9", name: "dhcp-9.example" }],
      told: ["host-moved 10.0.0.9 ip"],
    },
    {
      name: "a new MAC beside the same SSH key is a changed network card",
      before: [WEB],
      now: [{ ...WEB, mac: mac(50) }],
      told: ["mac-changed 10.0.0.5 mac"],
    },
    {
      name: "a new SSH key beside the same MAC is a changed host key",
      before: [WEB],
      now: [
        {
          ...WEB,
          ports: [
            { number: 22, service: "ssh", product: "OpenSSH", ssh: "other" },
            { number: 80, service: "http", product: "nginx" },
          ],
        },
      ],
      told: ["hostkey-changed 10.0.0.5 tcp/22"],
    },
    {
      name: "the only strong piece replaced, name and services the same: a changed MAC",
      before: [DB],
      now: [{ ...DB, mac: mac(60) }],
      told: ["mac-changed 10.0.0.6 mac"],
    },
    {
      name: "the only strong piece replaced and other services: another machine",
      before: [DB],
      now: [{ ...DB, mac: mac(60), ports: [{ number: 5432, service: "http" }] }],
      told: ["identity-changed 10.0.0.6 identity"],
    },
    {
      name: "MAC and SSH key replaced at once is another machine, whatever it serves",
      before: [WEB],
      now: [
        {
          ...WEB,
          mac: mac(50),
          ports: [
            { number: 22, service: "ssh", product: "OpenSSH", ssh: "other" },
            { number: 80, service: "http", product: "nginx" },
          ],
        },
      ],
      told: ["identity-changed 10.0.0.5 identity"],
    },
    {
      name: "a machine known from elsewhere at this address is a move, not an exchange",
      before: [WEB, DB],
      now: [{ ...DB, address: "10.0.0.5" }],
      told: ["host-moved 10.0.0.5 ip"],
    },
    {
      name: "a made-up MAC that changes is no news",
      before: [{ ...DB, mac: "02-42-AC-11-00-02" }],
      now: [{ ...DB, mac: "02-42-AC-11-00-03" }],
      told: [],
    },
    {
      name: "the shared MAC of a router pair is never identity",
      before: [{ ...DB, mac: "00-00-5E-00-01-0A" }],
      now: [{ ...DB, mac: "00-00-0C-07-AC-01" }],
      told: [],
    },
    {
      name: "without strong evidence the same name at another address is a move",
      before: [{ ...DB, mac: null }],
      now: [{ ...DB, mac: null, address: "10.0.0.9" }],
      told: ["host-moved 10.0.0.9 ip"],
    },
    {
      name: "without strong evidence another name at the same address is a new name",
      before: [{ ...DB, mac: null }],
      now: [{ ...DB, mac: null, name: "sql.example" }],
      told: ["name-changed 10.0.0.6 name"],
    },
    {
      name: "a key that two addresses show is nobody's: a clone is a new host",
      before: [{ ...WEB, mac: null }],
      now: [
        { ...WEB, mac: null },
        { ...WEB, mac: null, address: "10.0.0.7", name: "clone.example" },
      ],
      told: ["host-appeared 10.0.0.7 presence"],
    },
    {
      name: "a clone that is alone in one scan does not become its twin",
      before: [
        { ...WEB, mac: null },
        { ...WEB, mac: null, address: "10.0.0.7", name: "clone.example" },
      ],
      now: [{ ...WEB, mac: null, address: "10.0.0.7", name: "clone.example" }],
      told: [],
    },
    {
      name: "a key copied to a second machine does not pull the first one over",
      before: [WEB, { ...DB, ports: [{ number: 22, service: "ssh", ssh: "k6" }] }],
      now: [
        {
          ...WEB,
          ports: [
            { number: 22, service: "ssh", product: "OpenSSH", ssh: "fresh" },
            { number: 80, service: "http", product: "nginx" },
          ],
        },
        { ...DB, ports: [{ number: 22, service: "ssh", ssh: "k5" }] },
      ],
      told: ["hostkey-changed 10.0.0.5 tcp/22", "hostkey-changed 10.0.0.6 tcp/22"],
    },
    {
      name: "another certificate on another port says nothing about the machine",
      before: [{ ...DB, mac: null, ports: [{ number: 443, service: "http", tls: "t1" }] }],
      now: [
        {
          ...DB,
          mac: null,
          ports: [
            { number: 443, service: "http" },
            { number: 8443, service: "http", tls: "t2" },
          ],
        },
      ],
      told: ["port-opened 10.0.0.6 tcp/8443"],
    },
    {
      name: "one MAC at two addresses (ARP spoofing) changes the victim's MAC and moves nobody",
      before: [WEB, DB],
      now: [{ ...WEB, mac: mac(6) }, DB],
      told: ["mac-changed 10.0.0.5 mac"],
    },
  ];
  it.each(cases)("$name", ({ before, now, told: expected }) => {
    expect(told(cycle(learned(before.map(host)), now.map(host)).deviations)).toEqual(expected);
  });

  it("without strong evidence two machines that exchange addresses are told apart by their names", () => {
    const [one, two] = [
      { ...WEB, mac: null, ports: [] },
      { ...DB, mac: null, ports: [] },
    ];
    const exchanged = [host({ ...one, address: two.address }), host({ ...two, address: one.address })];
    expect(told(cycle(learned([host(one), host(two)]), exchanged).deviations)).toEqual([
      "host-moved 10.0.0.5 ip",
      "host-moved 10.0.0.6 ip",
    ]);
  });

  it("a shared key that stays still speaks against another machine", () => {
    const ports = [
      { number: 22, service: "ssh", ssh: "image" },
      { number: 443, service: "http", tls: "own" },
      { number: 8080 },
    ];
    const twin = host({ address: "10.0.0.7", ports: [{ number: 22, service: "ssh", ssh: "image" }] });
    const changed = [
      { number: 22, service: "ssh", ssh: "image" },
      { number: 443, service: "smtp", tls: "other" },
    ];
    const { deviations } = cycle(learned([host({ address: "10.0.0.5", ports }), twin]), [
      host({ address: "10.0.0.5", ports: changed }),
      twin,
    ]);
    expect(told(deviations)).toEqual(["certificate-changed 10.0.0.5 tcp/443", "service-changed 10.0.0.5 tcp/443"]);
  });

  it("twins that are up one at a time do not hand their identity to and fro", () => {
    const [one, two] = [
      host({ ...WEB, mac: null }),
      host({ ...WEB, mac: null, address: "10.0.0.7", name: "clone.example" }),
    ];
    const cycles = series(learned([one, two]), [[two], [one], [two], [one]]);
    expect(cycles.flatMap((c) => c.deviations)).toEqual([]);
  });

  it("takes a stranger at the address of a machine that left for a new host", () => {
    const others = [host(WEB)];
    let baseline = learned([...others, host(DB)]);
    for (let i = 0; i < 3; i++) baseline = cycle(baseline, others).lesson.baseline;
    const stranger = host({ address: "10.0.0.6", mac: mac(99), ports: [{ number: 23 }] });
    expect(told(cycle(baseline, [...others, stranger]).deviations)).toEqual([
      "host-appeared 10.0.0.6 presence",
      "host-disappeared 10.0.0.6 presence",
    ]);
  });

  it("takes a stranger at the address of a sleeping machine for a new host, and the machine under its name for another", () => {
    const others = [host(WEB)];
    const { baseline } = cycle(learned([...others, host(DB)]), others).lesson;
    const now = (name: string) => {
      const stranger = host({ address: "10.0.0.6", mac: mac(99), name, ports: [{ number: 23 }] });
      return told(cycle(baseline, [...others, stranger]).deviations).filter((line) => !line.startsWith("port-"));
    };
    expect(now("visitor.example")).toEqual(["host-appeared 10.0.0.6 presence"]);
    expect(now("db.example")).toEqual(["identity-changed 10.0.0.6 identity"]);
  });

  it("keeps the host id over an exchange and tells again until somebody accepts", () => {
    const baseline = learned([host(DB)]);
    const intruder = host({ ...DB, mac: mac(60), ports: [{ number: 23 }] });
    const first = cycle(baseline, [intruder]);
    const second = cycle(first.lesson.baseline, [intruder]);
    const [a, b] = [first, second].map((c) => c.deviations.find((d) => d.kind === "identity-changed"));
    expect(a?.host?.id).toBe([...baseline.hosts.keys()][0]);
    expect([b?.host?.id, b?.target]).toEqual([a?.host?.id, a?.target]);
  });
});

const PC: HostLike = {
  address: "10.0.0.20",
  name: "pc20.example",
  mac: mac(20),
  ports: [
    { number: 135, service: "msrpc" },
    { number: 445, service: "microsoft-ds" },
    { number: 49_664, service: "msrpc" },
    { number: 49_667, service: "msrpc" },
  ],
};
const OTHERS = [host(WEB), host(DB)];

describe("a workstation with another MAC is the same host", () => {
  const all = [...OTHERS, host(PC)];
  const wide = (h: HostLike) => host({ ...h, covered: [[1, 65_535]] });
  const restarted: HostLike = {
    ...PC,
    mac: mac(21),
    ports: [
      { number: 135, service: "msrpc" },
      { number: 445, service: "microsoft-ds" },
      { number: 49_670, service: "unknown" },
    ],
  };
  const changes = (now: HostLike) => {
    const { deviations } = cycle(learned([...OTHERS, wide(PC)]), [...OTHERS, wide(now)]);
    return told(deviations).filter((line) => !line.includes("port-"));
  };
  it.each<{ name: string; now: HostLike; told: readonly string[] }>([
    { name: "with other dynamic ports after a restart", now: restarted, told: ["mac-changed 10.0.0.20 mac"] },
    {
      name: "at another address",
      now: { ...restarted, address: "10.0.0.33" },
      told: ["host-moved 10.0.0.33 ip", "mac-changed 10.0.0.33 mac"],
    },
    {
      name: "with one of three services missed",
      now: { ...restarted, ports: [{ number: 135, service: "msrpc" }, { number: 445 }] },
      told: ["mac-changed 10.0.0.20 mac"],
    },
    {
      name: "but not when it answers with other software",
      now: { ...restarted, ports: [{ number: 135, service: "http" }, { number: 445 }] },
      told: ["identity-changed 10.0.0.20 identity"],
    },
    {
      name: "but not when what it offered is gone",
      now: { ...restarted, ports: [{ number: 22, service: "ssh" }] },
      told: ["identity-changed 10.0.0.20 identity"],
    },
    {
      name: "but not under another name",
      now: { ...restarted, name: "visitor.example" },
      told: ["identity-changed 10.0.0.20 identity"],
    },
  ])("$name", ({ now, told: expected }) => {
    expect(changes(now)).toEqual(expected);
  });

  it("after a night off, however long it lasted", () => {
    for (const nights of [1, 3, 9]) {
      let baseline = learned(all);
      for (let i = 0; i < nights; i++) baseline = cycle(baseline, OTHERS).lesson.baseline;
      const back = cycle(baseline, [...OTHERS, host({ ...restarted, address: "10.0.0.34" })]);
      const id = [...baseline.hosts.values()].find((h) => h.address === PC.address)?.id;
      expect(back.view.hosts.find((h) => h.observation.address === "10.0.0.34")?.id).toBe(id);
      expect(told(back.deviations).filter((line) => line.startsWith("host-appeared"))).toEqual([]);
    }
  });

  it("even when it serves nothing, as long as its name stays", () => {
    const bare = { ...PC, ports: [] };
    const baseline = learned([...OTHERS, host(bare)]);
    expect(told(cycle(baseline, [...OTHERS, host({ ...bare, mac: mac(21) })]).deviations)).toEqual([
      "mac-changed 10.0.0.20 mac",
    ]);
  });

  it("whatever the hosts are called and wherever they are: other names and addresses give the same verdicts", () => {
    const kinds = (rename: (n: number) => string, place: (n: number) => string) => {
      const named = (h: HostLike, n: number): HostLike => ({ ...h, name: rename(n), address: place(n) });
      const before = [WEB, DB, PC].map(named);
      const after = before.map((h, n) => (n === 2 ? { ...restarted, ...named(restarted, n) } : h));
      const { deviations } = cycle(learned(before.map(wide)), after.map(wide));
      return deviations.map((d) => `${d.kind} ${d.subject}`).toSorted();
    };
    const usual = kinds(String, (n) => `10.0.0.${n + 1}`);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 3, maxLength: 3 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 254 }), { minLength: 3, maxLength: 3 }),
        (names, places) => {
          expect(
            kinds(
              (n) => names[n] ?? "",
              (n) => `10.0.0.${places[n]}`,
            ),
          ).toEqual(usual);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("identity over a whole scan", () => {
  const addresses = Array.from({ length: 12 }, (_, i) => `10.0.0.${i + 1}`);
  const machines = addresses.map((address, i) =>
    host({ address, mac: mac(i + 1), name: `m${i + 1}`, ports: [{ number: 22 }] }),
  );

  it("machines that exchange addresses are moves and nothing else, however they are shuffled", () => {
    const baseline = learned(machines);
    fc.assert(
      fc.property(fc.shuffledSubarray(addresses, { minLength: addresses.length }), (places) => {
        const now = machines.map((m, i) => ({ ...m, address: places[i] ?? m.address }));
        const { deviations } = cycle(baseline, now);
        const moved = now.filter((m, i) => m.address !== addresses[i]).length;
        expect(deviations.filter((d) => d.kind === "host-moved" && d.informational)).toHaveLength(moved);
        expect(deviations).toHaveLength(moved);
      }),
      { numRuns: 50 },
    );
  });

  const anyHost = fc.record({
    address: fc.constantFrom(...addresses),
    mac: fc.option(fc.constantFrom(...[1, 2, 3, 4].map(mac))),
    name: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined }),
    ssh: fc.option(fc.constantFrom("k1", "k2", "k3"), { nil: undefined }),
  });
  const anyScan = fc
    .uniqueArray(anyHost, { selector: (h) => h.address, maxLength: 12 })
    .map((hosts) => hosts.map(observed));

  it("never gives one id to two addresses, and every id to exactly one", () => {
    fc.assert(
      fc.property(anyScan, anyScan, (before, now) => {
        const ids = identifyHosts(learned(before, 2), now, { segment: "lab" }).map((h) => h.identity.hostId);
        expect(new Set(ids).size).toBe(now.length);
      }),
    );
  });

  it("does not depend on the order in which hosts were scanned", () => {
    fc.assert(
      fc.property(anyScan, anyScan, fc.nat(), (before, now, turn) => {
        const baseline = learned(before, 2);
        const turned = [...now.slice(turn % (now.length + 1)), ...now.slice(0, turn % (now.length + 1))];
        const options = { segment: "lab" };
        expect(identifyHosts(baseline, turned, options)).toEqual(identifyHosts(baseline, now, options));
      }),
    );
  });

  it("gives the same id again to the same evidence from a fresh state, and another in another segment", () => {
    const [one] = identifyHosts(emptyBaseline("lab"), machines, { segment: "lab" });
    const [again] = identifyHosts(emptyBaseline("lab"), machines.slice(0, 1), { segment: "lab" });
    const [elsewhere] = identifyHosts(emptyBaseline("dmz"), machines, { segment: "dmz" });
    expect(again?.identity.hostId).toBe(one?.identity.hostId);
    expect(elsewhere?.identity.hostId).not.toBe(one?.identity.hostId);
  });
});

function observed(like: {
  readonly address: string;
  readonly mac: string | null;
  readonly name: string | undefined;
  readonly ssh: string | undefined;
}): HostObservation {
  const { address, mac: hardware, name, ssh } = like;
  const ports = ssh === undefined ? [{ number: 22 }] : [{ number: 22, ssh }];
  return host({ address, mac: hardware, ports, ...(name === undefined ? {} : { name }) });
}
