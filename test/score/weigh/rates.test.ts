import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FieldBaseline, HostBaseline, PortBaseline } from "../../../src/domain/baseline.ts";
import type { Churn } from "../../../src/domain/churn.ts";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { ANOMALY_KINDS } from "../../../src/domain/kinds/catalogue.ts";
import { portKey } from "../../../src/domain/network.ts";
import { bitsOf } from "../../../src/score/weigh/likelihood.ts";
import { rarityOf } from "../../../src/score/weigh/rarity.ts";
import { ratesOf } from "../../../src/score/weigh/rates.ts";
import { scoreDeviation } from "../../../src/score/weigh/score.ts";
import { aged, DAY, deviation, host, rules, scoreInput, segmentOf } from "../build.ts";

const DAYS = 30;
const ALERT = 48;

/** What happened on a host every so many days of the last month, as it is remembered. */
function churn(...rows: readonly (readonly [key: string, days: number])[]): Churn {
  return new Map(rows.map(([key, days]) => [key, { days, at: DAYS * DAY }]));
}

function port(number: number, fields: Readonly<Record<string, string>> = {}): PortBaseline {
  const seen = { scan: 1, at: 0 };
  const field = (value: string): FieldBaseline => ({ value, current: value, streak: 9, observed: 9, changes: 0 });
  return {
    transport: "tcp",
    number,
    reference: "open",
    current: "open",
    misses: 0,
    opened: 9,
    firstSeen: seen,
    lastSeen: seen,
    history: 511,
    fields: new Map(Object.entries(fields).map(([name, value]) => [name, field(value)])) as PortBaseline["fields"],
    fingerprinted: null,
  };
}

/** A host with these ports, which says what it is for, and its system. */
function kept(n: number, ports: readonly PortBaseline[], family: string, more: Partial<HostBaseline> = {}) {
  const os: FieldBaseline = { value: family, current: family, streak: 9, observed: 9, changes: 0 };
  return aged(n, DAYS, {
    ports: new Map(ports.map((one) => [portKey(one), one])),
    fields: new Map([["os_family", os]]),
    ...more,
  });
}

const NODE = [port(22, { service: "ssh" }), port(10_250, { service: "http" })];
const WEB = [port(22, { service: "ssh" }), port(80, { service: "http" })];
const WINDOWS = [port(135, { service: "msrpc" }), port(445, { service: "microsoft-ds" })];
const NODE_PORTS = churn(["port-opened nodeport http", 9], ["port-opened nodeport ?", 2]);

function opened(n: number, number: number, service: string | null): Deviation {
  const after = service === null ? { state: "open" } : { state: "open", service, confidence: 10 };
  return deviation({ host: host(n), port: { transport: "tcp", number }, after });
}

function bits(hosts: readonly HostBaseline[], found: Deviation): number {
  return bitsOf(ratesOf(segmentOf(hosts, DAYS), rules).likelihood(found) ?? 1);
}

function value(hosts: readonly HostBaseline[], found: Deviation): number {
  const rates = ratesOf(segmentOf(hosts, DAYS), rules);
  return scoreDeviation(found, scoreInput({ rates })).value;
}

const nodes = (n: number, happened: Churn = NODE_PORTS) =>
  Array.from({ length: n }, (_, i) => kept(100 + i, NODE, "Linux", { churn: happened }));
const servers = (n: number, more: Partial<HostBaseline> = {}) =>
  Array.from({ length: n }, (_, i) => kept(200 + i, WEB, "Linux", more));
const windows = (n: number, more: Partial<HostBaseline> = {}) =>
  Array.from({ length: n }, (_, i) => kept(300 + i, WINDOWS, "Windows", more));

describe("how ordinary an opening is", () => {
  it("the hundredth NodePort of a busy node is not rarer than its tenth", () => {
    const busy = (days: number) => [
      ...servers(20),
      kept(1, NODE, "Linux", { churn: churn(["port-opened nodeport http", days]) }),
    ];
    expect(bits(busy(18), opened(1, 31_234, "http"))).toBeLessThanOrEqual(bits(busy(5), opened(1, 31_233, "http")));
    expect(bits(busy(18), opened(1, 31_234, "http"))).toBeLessThan(1.5);
  });

  it("a NodePort of a node that never had one is as ordinary as it is on its peers", () => {
    const segment = [...servers(20), ...nodes(8), kept(1, NODE, "Linux")];
    expect(value(segment, opened(1, 31_234, "http"))).toBeLessThan(ALERT - 20);
  });

  it("a server beside the nodes does not share their habits", () => {
    const segment = [...servers(20), ...nodes(8)];
    const [onServer, onNode] = [200, 100].map((n) => bits(segment, opened(n, 31_234, "http")));
    expect(onServer).toBeGreaterThan((onNode ?? 0) + 5);
  });

  it("where nothing shows Kubernetes, the first port of the NodePort range has no discount", () => {
    const segment = servers(20);
    expect(bits(segment, opened(200, 31_234, null))).toBe(bits(segment, opened(200, 9_999, null)));
    expect(value(segment, opened(200, 31_234, null))).toBeGreaterThanOrEqual(ALERT);
  });

  it("a dynamic port of RPC is ordinary on a Windows machine whose peers have them, also on its first boot", () => {
    const busy = churn(["port-opened ephemeral msrpc", 5]);
    const segment = [...servers(20), ...windows(20, { churn: busy }), kept(1, WINDOWS, "Windows")];
    expect(value(segment, opened(1, 49_667, "msrpc"))).toBeLessThan(ALERT);
    expect(value(segment, opened(200, 49_667, "msrpc"))).toBeGreaterThanOrEqual(ALERT);
  });

  it.each<readonly [string, Churn, number, string | null]>([
    [
      "a shell on a server, although web servers come and go there every day",
      churn(["port-opened registered http", 15]),
      31_337,
      null,
    ],
    [
      "remote administration among web servers",
      churn(["port-opened registered http", 15], ["port-opened registered ssl/http", 9]),
      8_022,
      "ssh",
    ],
    ["a data store among NodePorts that are web servers", NODE_PORTS, 31_379, "redis"],
    ["a remote shell among NodePorts", NODE_PORTS, 30_022, "ssh"],
    ["a shell among dynamic ports of RPC", churn(["port-opened ephemeral msrpc", 10]), 49_700, "ssh"],
  ])("%s is an alert", (_, happened, number, service) => {
    const segment = [...servers(20, { churn: happened }), kept(1, NODE, "Linux", { churn: happened })];
    expect(value(segment, opened(1, number, service))).toBeGreaterThanOrEqual(ALERT);
  });

  it("what is told of an ordinary service by its product is told apart from that service", () => {
    const segment = servers(20, { churn: churn(["port-opened registered http", 15]) });
    const jenkins = { state: "open", service: "http", product: "Jenkins httpd", confidence: 10 };
    expect(value(segment, { ...opened(200, 8_080, "http"), after: jenkins })).toBeGreaterThanOrEqual(ALERT);
  });

  it.each<readonly [string, number, string | null, boolean]>([
    ["one that does not say what it is", 4_444, null, true],
    ["an ordinary one on a number that nobody has", 4_445, "http", true],
    ["an ordinary one on a number that is in use elsewhere", 8_080, "http", false],
  ])("a server that never opens anything is not like the few that always do: %s", (_, number, service, alert) => {
    const busy = churn(["port-opened registered http", 9], ["port-opened registered ?", 4]);
    const developers = [1, 2, 3, 4].map((n) =>
      kept(n, [...WEB, { ...port(8_080, { service: "http" }), reference: "closed", current: "closed" }], "Linux", {
        churn: busy,
      }),
    );
    const segment = [...servers(60), ...developers];
    expect(value(segment, opened(200, number, service)) >= ALERT).toBe(alert);
    expect(value(segment, opened(1, number, service))).toBeLessThan(ALERT);
  });

  it("where web servers come and go every day, the first unidentified one is no surprise, but a shell is", () => {
    const busy = churn(["port-opened registered http", 9], ["port-opened registered ?", 4]);
    const segment = [
      ...servers(20),
      ...[1, 2, 3].map((n) => kept(n, WEB, "Linux", { churn: busy })),
      kept(4, WEB, "Linux", { churn: churn(["port-opened registered http", 9]) }),
    ];
    expect(value(segment, opened(4, 4_444, null))).toBeLessThan(ALERT);
    expect(value(segment, opened(4, 4_444, "ssh"))).toBeGreaterThanOrEqual(ALERT);
  });

  it.each<readonly [number, boolean]>([
    [1_024, false],
    [9_999, false],
    [10_000, true],
    [41_234, true],
  ])("the numbers that developers take do not make the many behind them ordinary: %i", (number, alert) => {
    const busy = churn(["port-opened registered http", 9], ["port-opened registered ?", 4]);
    const segment = [...servers(20), ...[1, 2, 3].map((n) => kept(n, WEB, "Linux", { churn: busy }))];
    expect(value(segment, opened(1, number, null)) >= ALERT).toBe(alert);
    const habit = churn(["port-opened high ?", 9]);
    expect(value([...segment, kept(4, WEB, "Linux", { churn: habit })], opened(4, 41_234, null))).toBeLessThan(ALERT);
  });

  it("alerts that vanished teach nothing on two days, and are a habit of the host when they go on", () => {
    const visited = (days: number) =>
      kept(1, WEB, "Linux", { churn: churn(["vanished port-opened registered ?", days]) });
    const others = servers(20);
    const score = (days: number) => value([...others, visited(days)], opened(1, 4_444, null));
    expect(score(2)).toBe(score(0));
    expect(score(2)).toBeGreaterThanOrEqual(ALERT);
    expect(score(6)).toBeLessThan(ALERT);
  });

  describe("what does not say what it is", () => {
    const rpc = { ...port(49_670, { service: "msrpc" }), reference: "closed", current: "closed" } as const;
    const busy = churn(["port-opened ephemeral msrpc", 5]);
    const having = (n: number, one: PortBaseline) => [
      ...Array.from({ length: n }, (_, i) => kept(400 + i, [...WINDOWS, one], "Windows", { churn: busy })),
      ...windows(10, { churn: busy }),
    ];

    it.each([
      ["counts as what its peers have on that number", 6, rpc, 49_670, false],
      ["is a stranger on a number that two of them have", 2, rpc, 49_670, true],
      ["is a stranger on another number", 6, rpc, 49_671, true],
      [
        "is a stranger where it opened on them as well and nobody said that it is normal",
        6,
        { ...rpc, current: "open" } as const,
        49_670,
        true,
      ],
    ])("%s", (_, n, one, number, alert) => {
      expect(value(having(n, one), opened(300, number, null)) >= ALERT).toBe(alert);
    });

    it("says so", () => {
      const rates = ratesOf(segmentOf(having(6, rpc), DAYS), rules);
      const why = (number: number, service: string | null = null) =>
        rarityOf(opened(300, number, service), rules, rates).why;
      expect(why(49_670)).toContain("6 of 16 hosts like it have port 49670/tcp, which is msrpc there");
      expect(why(49_671)).not.toContain("port 4967");
      expect(why(4_444, "http")).toContain("no other host here ever had this port open");
      expect(why(4_444)).not.toContain("no other host");
    });
  });

  it("a new host is as rare as newcomers are in this segment, whoever its neighbours are", () => {
    const after = { state: "up", mac: "00-50-56-00-00-63" };
    const newcomer = deviation({ kind: "host-appeared", host: host(77), port: null, after });
    const phones = servers(20, { churn: churn(["host-appeared local", 1]) });
    const busy = servers(20, { churn: churn(["host-appeared universal", 1]) });
    expect(bits(servers(20), newcomer)).toBeGreaterThan(9);
    expect(bits(busy, newcomer)).toBeLessThan(5);
    expect(bits(phones, newcomer)).toBe(bits(servers(20), newcomer));
  });

  it("another server behind a normal port that closed and opened is ordinary where ports do so, and only there", () => {
    const swapped = (n: number) =>
      deviation({
        kind: "service-changed",
        host: host(n),
        port: { transport: "tcp", number: 8_080 },
        after: { state: "open", service: "http", product: "gunicorn", confidence: 10 },
      });
    const paused = { ...port(8_080, { service: "http" }), history: 0b1110001111 };
    const dev = kept(1, [...WEB, paused], "Linux", {
      churn: churn(["port-closed registered", 9]),
    });
    const segment = [...servers(20), dev];
    expect(value(segment, swapped(1))).toBeLessThan(ALERT - 20);
    expect(value(segment, swapped(200))).toBeGreaterThanOrEqual(ALERT);
  });

  it("one declared to be of another kind has the habits of that kind", () => {
    const segment = segmentOf([...servers(20), ...nodes(8), kept(1, WEB, "Linux")], DAYS);
    const found = opened(1, 31_234, "http");
    const said = ratesOf(segment, rules, (address) => (address === "10.20.30.1" ? "kubernetes-node" : null));
    expect(said.likelihood(found)).toBeGreaterThan((ratesOf(segment, rules).likelihood(found) ?? 1) * 4);
  });
});

describe("other software on a port", () => {
  const busy = churn(["port-opened registered http", 9]);
  const swapped = deviation({
    kind: "service-changed",
    host: host(1),
    port: { transport: "tcp", number: 8000 },
    after: { state: "open", service: "http", confidence: 10, product: "Werkzeug httpd" },
  });
  const withPort = (history: number, more: Partial<PortBaseline> = {}) => {
    const ports = [...WEB, { ...port(8000, { service: "http", product: "gunicorn" }), history, ...more }];
    return kept(1, ports, "Linux", { churn: busy });
  };

  it.each([
    ["that was closed for some days is no rarer than what opens there every few days", 0b1110001111, {}, false],
    ["that is closed as far as is known is no rarer than an opening", 0b111100, { current: "closed" } as const, false],
    ["that was missed once is as rare as ever", 0b1110111111, {}, true],
    ["that was always open is as rare as ever", 0b1111111111, {}, true],
  ])("%s", (_, history, more, rare) => {
    const always = bits([withPort(0b1111111111)], swapped);
    const asOpening = bits([withPort(history, more)], opened(1, 8000, "http"));
    expect(bits([withPort(history, more)], swapped)).toBe(rare ? always : asOpening);
    expect(asOpening).toBeLessThan(always - 3);
  });

  it("that paused says nothing about a key that was replaced there", () => {
    const key = { ...swapped, kind: "hostkey-changed" } as const;
    expect(bits([withPort(0b1110001111)], key)).toBe(bits([withPort(0b1111111111)], key));
  });
});

describe("another network card", () => {
  const field = (value: string): FieldBaseline => ({ value, current: value, streak: 9, observed: 9, changes: 0 });
  const carded = (n: number, ports: readonly PortBaseline[], family: string, happened: Churn) => {
    const fields: HostBaseline["fields"] = new Map([
      ["os_family", field(family)],
      ["mac", field(`00-50-56-00-00-${n}`)],
    ]);
    return kept(n, ports, family, { fields, churn: happened });
  };
  const others = churn(["mac-changed", 3]);
  const none = churn();
  const found = deviation({ kind: "mac-changed", host: host(11), port: null });
  const segment = (laptops: Churn, servers: Churn) => [
    ...[11, 12, 13, 14].map((n) => carded(n, WEB, "Linux", n === 11 ? none : servers)),
    ...[21, 22, 23, 24].map((n) => carded(n, WINDOWS, "Windows", laptops)),
  ];

  it("of a server is no less surprising where laptops have others every week, and is where servers have", () => {
    const quiet = bits(segment(none, none), found);
    expect(bits(segment(others, none), found)).toBeCloseTo(quiet, 6);
    expect(bits(segment(none, others), found)).toBeLessThan(quiet - 1);
  });
});

describe("rates", () => {
  const anyChurn = fc
    .dictionary(
      fc.constantFrom(
        "port-opened registered http",
        "port-opened registered ?",
        "port-opened nodeport ssh",
        "hostkey-changed",
      ),
      fc.integer({ min: 0, max: 18_000 }).map((n) => n / 1000),
    )
    .map((rows) => churn(...Object.entries(rows)));
  const anyHosts = fc
    .array(fc.tuple(fc.constantFrom(NODE, WEB, WINDOWS), anyChurn), { minLength: 1, maxLength: 12 })
    .map((all) => all.map(([ports, happened], i) => kept(i, ports, "Linux", { churn: happened })));
  const found = fc.constantFrom(
    opened(0, 8_080, "http"),
    opened(0, 4_444, null),
    opened(0, 31_000, "ssh"),
    deviation({ kind: "hostkey-changed", host: host(0) }),
    deviation({ kind: "host-appeared", host: host(99), port: null }),
  );

  it("do not depend on the order of the hosts", () => {
    fc.assert(
      fc.property(anyHosts, found, (hosts, one) => {
        expect(bits(hosts.toReversed(), one)).toBe(bits(hosts, one));
      }),
    );
  });

  it("are never rarer for one more hit, on this host or on another one", () => {
    fc.assert(
      fc.property(anyHosts, fc.nat(11), (hosts, at) => {
        const more = hosts.map((one, i) =>
          i === at
            ? { ...one, churn: new Map([...(one.churn ?? []), ...churn(["port-opened registered ?", 19])]) }
            : one,
        );
        const one = opened(0, 4_444, null);
        expect(bits(more, one)).toBeLessThanOrEqual(bits(hosts, one) + 1e-9);
      }),
    );
  });

  it("are never more likely for watching longer without a hit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), found, (days, more, one) => {
        const quiet = (length: number) =>
          ratesOf(
            segmentOf(
              [0, 1, 2].map((n) => aged(n, length)),
              length,
            ),
            rules,
          ).likelihood(one) ?? 1;
        expect(bitsOf(quiet(days + more))).toBeGreaterThanOrEqual(bitsOf(quiet(days)) - 1e-9);
      }),
    );
  });

  it("are known for every kind that has a rate, and for no other", () => {
    const rates = ratesOf(segmentOf(servers(3), DAYS), rules);
    for (const kind of ANOMALY_KINDS) {
      const likelihood = rates.likelihood(deviation({ kind, host: host(200) }));
      expect(likelihood !== null, kind).toBe(rules.kinds[kind].per_day !== undefined);
    }
  });
});
