import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import type { AnomalyKind } from "../../../src/domain/kinds/catalogue.ts";
import { CATALOGUE } from "../../../src/domain/kinds/catalogue.ts";
import { type About, endpointsOf, onePerEndpoint } from "../../../src/score/life/endpoint.ts";
import { declared, deviation, host } from "../build.ts";

const tcp = (number: number) => ({ transport: "tcp" as const, number });
const about = (kind: AnomalyKind, subject: string, port: About["port"] = null): About => ({
  kind,
  subject,
  port,
  host: host(41),
});

describe("which endpoints a finding speaks for", () => {
  it.each<{ name: string; about: About; endpoints: readonly string[] }>([
    { name: "a port: its key", about: about("port-opened", "tcp/22", tcp(22)), endpoints: ["host-41 tcp/22"] },
    { name: "a port by its subject alone", about: about("port-opened", "udp/53"), endpoints: ["host-41 udp/53"] },
    {
      name: "a moved port: both ends, the new one first",
      about: about("port-moved", "tcp/8080", tcp(8081)),
      endpoints: ["host-41 tcp/8081", "host-41 tcp/8080"],
    },
    { name: "presence: the host", about: about("host-appeared", "presence"), endpoints: ["host-41 presence"] },
    {
      name: "an undeclared host: the same presence",
      about: about("undeclared-host", "presence"),
      endpoints: ["host-41 presence"],
    },
    {
      name: "many ports: one endpoint of their own",
      about: about("ports-opened", "ports"),
      endpoints: ["host-41 ports"],
    },
    {
      name: "a host that answers everywhere: the same one",
      about: about("all-ports-open", "all_ports_open"),
      endpoints: ["host-41 ports"],
    },
    {
      name: "a host field: kind and subject",
      about: about("mac-changed", "mac"),
      endpoints: ["host-41 mac-changed mac"],
    },
    {
      name: "without a host: no owner",
      about: { ...about("rollout", "version-changed 22/tcp"), host: null },
      endpoints: [" rollout version-changed 22/tcp"],
    },
  ])("$name", ({ about: one, endpoints }) => {
    expect(endpointsOf(one)).toEqual(endpoints);
  });
});

const at = (kind: AnomalyKind, number: number, more: Partial<Deviation> = {}) =>
  deviation({ kind, port: tcp(number), subject: `tcp/${number}`, ...more });
const kindsOf = (all: readonly Deviation[]) => all.map((d) => `${d.kind} ${d.subject}`);

describe("one deviation per endpoint", () => {
  it.each<{ name: string; given: readonly Deviation[]; kept: readonly string[] }>([
    {
      name: "a declaration before the baseline",
      given: [at("port-opened", 22), at("undeclared-port", 22)],
      kept: ["undeclared-port tcp/22"],
    },
    {
      name: "being there before being different",
      given: [at("service-changed", 22), at("port-opened", 22)],
      kept: ["port-opened tcp/22"],
    },
    {
      name: "who answers before what it calls itself",
      given: [at("banner-changed", 22), at("version-changed", 22), at("service-changed", 22)],
      kept: ["service-changed tcp/22"],
    },
    {
      name: "another port stays by itself",
      given: [at("port-opened", 22), at("undeclared-port", 23)],
      kept: ["port-opened tcp/22", "undeclared-port tcp/23"],
    },
    {
      name: "another host stays by itself",
      given: [at("port-opened", 22), at("undeclared-port", 22, { host: host(42) })],
      kept: ["port-opened tcp/22", "undeclared-port tcp/22"],
    },
    {
      name: "a moved port takes both of its ends",
      given: [at("port-closed", 8080), at("port-opened", 8081), at("port-moved", 8080, { port: tcp(8081) })],
      kept: ["port-moved tcp/8080"],
    },
    {
      name: "two services that moved on in a row are two moves, whatever is new or closed where they meet",
      given: [
        at("port-moved", 80, { port: tcp(8080) }),
        at("port-moved", 8080, { port: tcp(9090) }),
        at("port-opened", 9090),
        at("service-changed", 8080),
        at("port-closed", 80),
      ],
      kept: ["port-moved tcp/80", "port-moved tcp/8080"],
    },
    {
      name: "two services that exchanged their ports are two moves",
      given: [at("port-moved", 80, { port: tcp(81) }), at("port-moved", 81, { port: tcp(80) })],
      kept: ["port-moved tcp/80", "port-moved tcp/81"],
    },
    {
      name: "of equal ranks the first",
      given: [at("port-opened", 22, { target: "a" }), at("port-opened", 22, { target: "b" })],
      kept: ["port-opened tcp/22"],
    },
  ])("$name", ({ given, kept }) => {
    expect(kindsOf(onePerEndpoint(given))).toEqual(kept);
  });

  it.each<{ name: string; later: Deviation; told: readonly AnomalyKind[]; kept: readonly string[] }>([
    {
      name: "another key on a port that was told of is told beside it",
      later: at("hostkey-changed", 22, { fresh: true }),
      told: ["port-opened"],
      kept: ["port-opened tcp/22", "hostkey-changed tcp/22"],
    },
    {
      name: "and for as long as it lasts",
      later: at("hostkey-changed", 22),
      told: ["port-opened", "hostkey-changed"],
      kept: ["port-opened tcp/22", "hostkey-changed tcp/22"],
    },
    {
      name: "what was there when the port was told of belongs to it",
      later: at("hostkey-changed", 22),
      told: ["port-opened"],
      kept: ["port-opened tcp/22"],
    },
    {
      name: "what comes together is one",
      later: at("hostkey-changed", 22, { fresh: true }),
      told: [],
      kept: ["port-opened tcp/22"],
    },
    {
      name: "an upgrade is a detail of it",
      later: at("version-changed", 22, { fresh: true }),
      told: ["port-opened"],
      kept: ["port-opened tcp/22"],
    },
  ])("$name", ({ later, told, kept }) => {
    const given = [at("port-opened", 22), later];
    expect(kindsOf(onePerEndpoint(given, (d) => told.includes(d.kind)))).toEqual(kept);
  });

  it("what stays takes over what the others knew, its own facts first", () => {
    const [kept] = onePerEndpoint([
      at("undeclared-port", 22, {
        before: { state: "closed" },
        after: { service: "declared" },
        reasons: ["not-declared"],
        confirmed: false,
        history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
      }),
      at("port-opened", 22, {
        before: { state: "x", product: "p" },
        after: { service: "ssh", state: "open" },
        reasons: ["not-declared", "downgrade"],
        confirmed: true,
      }),
    ]);
    expect(kept).toMatchObject({
      kind: "undeclared-port",
      before: { state: "closed", product: "p" },
      after: { service: "declared", state: "open" },
      reasons: ["not-declared", "downgrade"],
      confirmed: true,
      history: { scans: 400 },
    });
  });

  it("of several facts the one that ranks next wins, and a longer history of its own is kept", () => {
    const [kept] = onePerEndpoint([
      at("service-changed", 22, {
        after: {},
        history: { scans: 500, seen: 0, changes: 3, firstSeen: null, lastSeen: null },
      }),
      at("version-changed", 22, { after: { version: "2" } }),
      at("banner-changed", 22, { after: { version: "3", banner: "b" } }),
    ]);
    expect(kept).toMatchObject({ after: { version: "2", banner: "b" }, history: { scans: 500, changes: 3 } });
  });

  it.each<{ name: string; other: Deviation; confirmed: boolean }>([
    {
      name: "a confirmed opening confirms the finding about it",
      other: at("port-opened", 22, { confirmed: true }),
      confirmed: true,
    },
    { name: "an unconfirmed opening does not", other: at("port-opened", 22, { confirmed: false }), confirmed: false },
    {
      name: "a confirmed version says nothing about whether the port is really there",
      other: at("version-changed", 22, { confirmed: true }),
      confirmed: false,
    },
  ])("$name", ({ other, confirmed }) => {
    const [kept] = onePerEndpoint([at("port-moved", 22, { confirmed: false }), other]);
    expect([kept?.kind, kept?.confirmed]).toEqual(["port-moved", confirmed]);
  });

  it("holds at most twelve reasons, each once", () => {
    const reasons = [
      "unknown-service",
      "unauthenticated",
      "not-declared",
      "same-identity",
      "same-product",
      "closed-segment",
      "key-replaced",
      "downgrade",
    ] as const;
    const more = [
      "foreign-issuer",
      "self-signed",
      "name-lost",
      "family-changed",
      "corroborated",
      "new-host",
      "downgrade",
    ] as const;
    const [kept] = onePerEndpoint([at("undeclared-port", 22, { reasons }), at("port-opened", 22, { reasons: more })]);
    expect(kept?.reasons).toEqual([...reasons, ...more.slice(0, 4)]);
  });
});

describe("one deviation per endpoint, whatever is found", () => {
  const anyDeviation = fc
    .record({
      kind: fc.constantFrom<AnomalyKind>(
        "port-opened",
        "port-closed",
        "service-changed",
        "version-changed",
        "banner-changed",
        "hostkey-changed",
        "undeclared-port",
        "missing-endpoint",
        "port-moved",
        "ports-opened",
        "mac-changed",
      ),
      number: fc.constantFrom(22, 80, 8080),
      on: fc.constantFrom(41, 42),
      confirmed: fc.boolean(),
    })
    .map(({ kind, number, on, confirmed }) =>
      at(kind, number, {
        host: host(on),
        confirmed,
        declared: CATALOGUE[kind].declaration === "source" ? declared() : null,
      }),
    );
  const anyCycle = fc.array(anyDeviation, { maxLength: 8 });

  it("leaves no endpoint with two owners", () => {
    fc.assert(
      fc.property(anyCycle, (given) => {
        const endpoints = onePerEndpoint(given).flatMap(endpointsOf);
        expect(endpoints.length).toBe(new Set(endpoints).size);
      }),
    );
  });

  it("done twice it is the same as once", () => {
    fc.assert(
      fc.property(anyCycle, (given) => {
        const once = onePerEndpoint(given);
        expect(onePerEndpoint(once)).toEqual(once);
      }),
    );
  });

  it("keeps the order and invents nothing", () => {
    fc.assert(
      fc.property(anyCycle, (given) => {
        const lines = kindsOf(given);
        let from = 0;
        for (const line of kindsOf(onePerEndpoint(given))) {
          const place = lines.indexOf(line, from);
          expect(place).toBeGreaterThanOrEqual(from);
          from = place + 1;
        }
      }),
    );
  });

  it("loses no fact about an endpoint: every reason of what is folded is on what stays", () => {
    fc.assert(
      fc.property(anyCycle, (given) => {
        const confirmed = given.filter((d) => d.confirmed && d.kind === "port-opened").flatMap(endpointsOf);
        const kept = onePerEndpoint(given);
        for (const endpoint of confirmed) {
          const owners = kept.filter((d) => endpointsOf(d).includes(endpoint));
          expect(owners.every((d) => d.confirmed)).toBe(true);
        }
      }),
    );
  });
});
