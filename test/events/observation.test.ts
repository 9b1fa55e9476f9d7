import { describe, expect, test } from "vitest";
import type { FieldBaseline, HostBaseline, PortBaseline } from "../../src/domain/baseline.ts";
import type { PortField } from "../../src/domain/fields/port.ts";
import { emptyBaseline } from "../../src/domain/baseline.ts";
import { cleanText } from "../../src/domain/clean-text.ts";
import type { AbsentHost, CycleView, HostView } from "../../src/domain/cycle.ts";
import { type PortKey, portKey } from "../../src/domain/network.ts";
import type { HostObservation, PortObservation } from "../../src/domain/observation.ts";
import type { ObservationMark } from "../../src/domain/ports/stores.ts";
import { markOf, observationChanges } from "../../src/events/observation.ts";
import { assertEcsEvent } from "../support/ecs-check.ts";
import { encodeCycle } from "./checked.ts";
import { context, cycle, HEALTHY, summary } from "./samples.ts";

const HOUR = 3_600_000;
const NOW = Date.parse("2026-11-20T09:30:21.004Z");
const SEEN = { scan: 1, at: NOW - 40 * 24 * HOUR };

function text(value: string) {
  return cleanText(value, { maxBytes: 512 });
}

function port(number: number, changed: Partial<PortObservation> = {}): PortObservation {
  return {
    transport: "tcp",
    number,
    state: "open",
    reason: "syn-ack",
    reasonTtl: 64,
    service: service("OpenSSH", "9.6p1"),
    identity: null,
    scripts: [],
    verified: false,
    ...changed,
  };
}

function service(product: string, version: string): PortObservation["service"] {
  return {
    name: text("ssh"),
    product: text(product),
    version: text(version),
    extraInfo: null,
    tunnel: null,
    method: "probed",
    confidence: 10,
    cpe: [],
  };
}

function seen(changed: Partial<HostObservation> = {}): HostObservation {
  return {
    address: "10.20.30.41",
    state: "up",
    stateReason: "arp-response",
    mac: "00-50-56-9A-3C-41",
    macVendor: null,
    names: [text("app07.corp.example")],
    observedAt: NOW - 5000,
    coverage: [{ transport: "tcp", phase: "ports", ports: [[1, 1024]] }],
    ports: [port(22)],
    otherStates: [{ state: "closed", count: 1023, transport: "tcp" }],
    os: null,
    distance: null,
    srttMicros: null,
    problems: [],
    allPortsOpen: null,
    truncated: [],
    ...changed,
  };
}

function known(ports: readonly PortBaseline[], changed: Partial<HostBaseline> = {}): HostBaseline {
  return {
    id: "h1",
    evidence: [],
    address: "10.20.30.41",
    reference: "known",
    current: "up",
    misses: 0,
    covered: 40,
    firstSeen: SEEN,
    lastSeen: SEEN,
    osAskedAt: null,
    fields: new Map([["name", value("app07.corp.example")]]),
    ports: new Map(ports.map((p): [PortKey, PortBaseline] => [portKey(p), p])),
    coverage: [],
    ...changed,
  };
}

function knownPort(number: number, fields: Partial<Record<PortField, string>> = {}, misses = 0): PortBaseline {
  const values = Object.entries(fields).map(([field, v]) => [field as PortField, value(v)] as const);
  return {
    transport: "tcp",
    number,
    reference: "open",
    current: "open",
    misses,
    opened: 40,
    firstSeen: SEEN,
    lastSeen: SEEN,
    history: 0b1111,
    fields: new Map(values),
    fingerprinted: null,
  };
}

function value(current: string): FieldBaseline {
  return { value: current, current, streak: 9, observed: 9, changes: 0 };
}

function host(observation: HostObservation, before: HostBaseline | null = null): HostView {
  const identity = { hostId: "h1", matchedBy: null, replaced: false, evidence: [] };
  return { id: "h1", known: before, observation, identity };
}

function view(hosts: readonly HostView[], changed: Partial<CycleView> = {}): CycleView {
  return {
    context: context(),
    baseline: emptyBaseline("dmz-west"),
    summary: summary(),
    vantage: HEALTHY,
    measured: { gatewayMac: null, srttMicros: null },
    hosts,
    absent: [],
    relearned: new Set(),
    mature: true,
    ...changed,
  };
}

function told(of: CycleView, marks: readonly ObservationMark[] = [], now = NOW): readonly string[] {
  return Array.from(
    observationChanges(of, marks, now),
    (c) => `${c.cause} ${c.port === null ? "host" : portKey(c.port)}`,
  );
}

/** What is remembered after a cycle, as the store keeps it. */
function after(of: CycleView, marks: readonly ObservationMark[] = [], now = NOW): readonly ObservationMark[] {
  const byUnit = new Map(marks.map((mark) => [mark.unit, mark]));
  for (const change of observationChanges(of, marks, now)) {
    const mark = markOf(change, now);
    byUnit.set(mark.unit, mark);
  }
  return [...byUnit.values()];
}

describe("what is told of hosts and services", () => {
  const first = view([host(seen())]);
  const marks = after(first);

  test("a host and its open ports when first seen", () => {
    expect(told(first)).toEqual(["first host", "first tcp/22"]);
  });

  test("nothing when nothing changed: never once per cycle", () => {
    expect(told(first, marks, NOW + 23 * HOUR)).toEqual([]);
  });

  test("the host again after 24 hours, once, and no unchanged service", () => {
    const later = NOW + 24 * HOUR;
    expect(told(first, marks, later)).toEqual(["refresh host"]);
    expect(told(first, after(first, marks, later), later + HOUR)).toEqual([]);
  });

  test("of a daily scan that begins a quarter of an hour early, all the same", () => {
    expect(told(first, marks, NOW + 23.75 * HOUR)).toEqual(["refresh host"]);
  });

  const rounds = Array.from({ length: 30 }, (_, round) => [4, 5, 6, 7].map((n) => 4 * round + n));
  const inScan = (scanNumber: number, days: number) => {
    const daily = after(first, marks, NOW + 28 * 24 * HOUR);
    return told({ ...first, context: context({ scanNumber }) }, daily, NOW + days * 24 * HOUR);
  };

  test("its services again after 30 days, in one scan of four", () => {
    for (const scans of rounds) {
      expect(scans.flatMap((n) => inScan(n, 29))).not.toContain("refresh tcp/22");
      expect(scans.filter((n) => inScan(n, 30).includes("refresh tcp/22"))).toHaveLength(1);
    }
  });

  test("its services at another place in each round, or a desk that is off at night would never have its turn", () => {
    const places = rounds.map((scans) => scans.findIndex((n) => inScan(n, 30).includes("refresh tcp/22")));
    expect(new Set(places)).toEqual(new Set([0, 1, 2, 3]));
  });

  test.each([
    ["never, if that is configured", { hostsMs: null, servicesMs: null }, []],
    [
      "services as often as hosts, if that is configured",
      { hostsMs: 24 * HOUR, servicesMs: 24 * HOUR },
      ["refresh host", "refresh tcp/22"],
    ],
    ["hosts alone", { hostsMs: HOUR, servicesMs: null }, ["refresh host"]],
  ])("the same again: %s", (_, refresh, expected) => {
    const scan = { ...first, context: context({ refresh }) };
    expect(told(scan, marks, NOW + 400 * 24 * HOUR)).toEqual(expected);
  });

  test("another version is a change of the service alone", () => {
    const upgraded = view([host(seen({ ports: [port(22, { service: service("OpenSSH", "9.8p1") })] }))]);
    expect(told(upgraded, marks)).toEqual(["change tcp/22"]);
  });

  test("a new port is a first sighting, and a change of the host", () => {
    const more = view([host(seen({ ports: [port(22), port(80)] }))]);
    expect(told(more, marks)).toEqual(["change host", "first tcp/80"]);
  });

  test("another MAC or name is a change of the host alone", () => {
    expect(told(view([host(seen({ mac: "00-50-56-00-00-01" }))]), marks)).toEqual(["change host"]);
    expect(told(view([host(seen({ names: [text("db01.corp.example")] }))]), marks)).toEqual(["change host"]);
  });

  test("another TTL, confidence or script text is no change", () => {
    const scripts = [{ id: "http-date", value: null, output: text("now"), failed: false }];
    expect(told(view([host(seen({ ports: [port(22, { reasonTtl: 63, scripts })] }))]), marks)).toEqual([]);
  });
});

describe("a weak scan does not make changes", () => {
  const before = known([knownPort(22, { service: "ssh", product: "OpenSSH", version: "9.6p1" })]);
  const marks = after(view([host(seen(), before)]));
  const weak = { name: text("tcpwrapped"), product: null, version: null };

  test.each([
    ["without version detection", { service: null }],
    ["with a name from nmap's table", { service: { ...service("", ""), ...weak, method: "table", confidence: 3 } }],
    ["whose version detection failed once", { service: { ...service("", ""), ...weak, confidence: 8 } }],
  ] as const)("%s", (_name, changed) => {
    const scan = view([host(seen({ ports: [port(22, changed as Partial<PortObservation>)] }), before)]);
    expect(told(scan, marks)).toEqual([]);
  });

  test("without names", () => {
    expect(told(view([host(seen({ names: [] }), before)]), marks)).toEqual([]);
  });

  test("that did not look at the port", () => {
    const elsewhere = seen({ ports: [], coverage: [{ transport: "tcp", phase: "ports", ports: [[8000, 9000]] }] });
    expect(told(view([host(elsewhere, before)]), marks)).toEqual([]);
  });

  test("that covered nothing at all", () => {
    expect(told(view([host(seen({ ports: [], coverage: [] }), before)]), marks)).toEqual([]);
  });
});

describe("closing", () => {
  const marks = after(view([host(seen(), known([knownPort(22)]))]));
  const silent = seen({ ports: [] });

  test("is told only when it is settled", () => {
    expect(told(view([host(silent, known([knownPort(22, {}, 0)]))]), marks)).toEqual([]);
    expect(told(view([host(silent, known([knownPort(22, {}, 1)]))]), marks)).toEqual(["change host", "closed tcp/22"]);
  });

  test("is told once", () => {
    const closing = view([host(silent, known([knownPort(22, {}, 1)]))]);
    expect(told(closing, after(closing, marks), NOW + 48 * HOUR)).toEqual(["refresh host"]);
  });

  test("is not told of a port nobody heard of", () => {
    expect(told(view([host(silent, known([knownPort(22, {}, 1)]))]), [])).toEqual(["first host"]);
  });

  test("is not told from a degraded vantage", () => {
    const degraded = { vantage: { ...HEALTHY, state: "degraded" } } as const;
    expect(told(view([host(silent, known([knownPort(22, {}, 1)]))], degraded), marks)).toEqual([]);
  });

  test("of a host closes its services, after enough silent scans", () => {
    const absent = (misses: number, answer: AbsentHost["answer"]) => [
      { known: known([knownPort(22)], { misses }), answer },
    ];
    expect(told(view([], { absent: absent(1, "down") }), marks)).toEqual([]);
    expect(told(view([], { absent: absent(2, "unmeasured") }), marks)).toEqual([]);
    expect(told(view([], { absent: absent(2, "down") }), marks)).toEqual(["closed host", "closed tcp/22"]);
    const degraded = { vantage: { ...HEALTHY, state: "degraded" }, absent: absent(2, "down") } as const;
    expect(told(view([], degraded), marks)).toEqual([]);
  });

  test("then open again is a change", () => {
    const closing = view([host(silent, known([knownPort(22, {}, 1)]))]);
    const again = view([host(seen(), known([{ ...knownPort(22), current: "closed" }]))]);
    expect(told(again, after(closing, marks))).toEqual(["change host", "change tcp/22"]);
  });
});

describe("the documents", () => {
  function bodies(of: CycleView, marks: readonly ObservationMark[] = []) {
    const observations = observationChanges(of, marks, NOW);
    const events = encodeCycle(cycle({ context: of.context, observations })).slice(0, -1);
    for (const event of events) assertEcsEvent(event.body);
    return events.map((event) => JSON.parse(event.body));
  }

  test("of a host has its open ports, of a service its software", () => {
    const [hostDocument, serviceDocument] = bodies(view([host(seen({ ports: [port(22), port(80)] }))]));
    expect(hostDocument.message).toBe("app07.corp.example (10.20.30.41) is up: 2 open ports.");
    expect(hostDocument.tripline.observation).toMatchObject({ unit: "host", cause: "first", open_ports: [22, 80] });
    expect(hostDocument.tripline.observation).toMatchObject({
      open_count: 2,
      open_services: ["tcp/22 ssh", "tcp/80 ssh"],
      products: ["OpenSSH 9.6p1"],
      exposures: ["unknown"],
    });
    expect(serviceDocument.message).toBe("app07.corp.example (10.20.30.41) 22/tcp open: ssh OpenSSH 9.6p1.");
    expect(serviceDocument.service).toMatchObject({ name: "ssh", type: "openssh", version: "9.6p1", state: "open" });
  });

  test("of a host names what a port ran when it last showed, and what nmap's table calls the others", () => {
    const before = known([knownPort(22, { service: "ssh", product: "OpenSSH", version: "9.6p1" }), knownPort(80)]);
    const table = { ...service("", ""), name: text("http"), product: null, version: null, method: "table" } as const;
    const half = seen({ ports: [port(80, { service: table as PortObservation["service"] })] });
    const degraded = { vantage: { ...HEALTHY, state: "degraded" } } as const;
    const [document] = bodies(view([host(half, before)], degraded));
    expect(document.tripline.observation).toMatchObject({
      open_services: ["tcp/22 ssh", "tcp/80 http"],
      products: ["OpenSSH 9.6p1"],
    });
  });

  test("of a host with more services than an event may have give up their names, not the event", () => {
    const ports = Array.from({ length: 900 }, (_, n) =>
      port(n + 1, { service: { ...service("p", "1"), name: text("s".repeat(250)) } as PortObservation["service"] }),
    );
    const [document] = bodies(view([host(seen({ ports }))]));
    expect(document.tripline.observation).toMatchObject({ open_count: 900 });
    expect(document.tripline.observation.open_ports).toHaveLength(900);
    expect(document.tripline.truncated).toContain("tripline.observation.open_services");
  });

  test("of a closed service says so in service.state", () => {
    const marks = after(view([host(seen(), known([knownPort(22)]))]));
    const [, closed] = bodies(view([host(seen({ ports: [] }), known([knownPort(22, {}, 1)]))]), marks);
    expect([closed.service.state, closed.tripline.observation.cause]).toEqual(["closed", "closed"]);
    expect(closed.message).toBe("app07.corp.example (10.20.30.41) 22/tcp closed.");
  });

  test("of a TLS service has issuer, subject and end of the certificate, and the digest of its key", () => {
    const identity = {
      values: { tls: "ab".repeat(32), http_title: "Welcome" },
      certificate: {
        issuer: text("CN=Corp CA"),
        subject: text("CN=app07"),
        notAfter: Date.parse("2027-01-01T00:00:00Z"),
        selfSigned: false,
      },
    };
    const tunnel = { ...service("nginx", "1.26"), name: text("http"), tunnel: "ssl" } as PortObservation["service"];
    const [, document] = bodies(view([host(seen({ ports: [port(443, { identity, service: tunnel })] }))]));
    expect(document.tls.server).toEqual({
      issuer: "CN=Corp CA",
      subject: "CN=app07",
      not_after: "2027-01-01T00:00:00.000Z",
    });
    expect(document.related.hash).toEqual([identity.values.tls]);
    expect(document.network.protocol).toBe("https");
    expect(JSON.stringify(document)).not.toContain("Welcome");
  });

  test("cut long script texts and name what was cut", () => {
    const scripts = [
      { id: "ssh-hostkey", value: null, output: cleanText("k".repeat(9000), { maxBytes: 9000 }), failed: false },
    ];
    const [, document] = bodies(view([host(seen({ ports: [port(22, { scripts })] }))]));
    expect(document.tripline.observation.scripts["ssh-hostkey"]).toHaveLength(2048);
    expect(document.tripline.truncated).toEqual(["tripline.observation.scripts"]);
  });

  test("with more script text than an event may have give up the scripts, not the event", () => {
    const scripts = Array.from({ length: 60 }, (_, n) => {
      return { id: `script-${n}`, value: null, output: cleanText("x".repeat(2000), { maxBytes: 2048 }), failed: false };
    });
    const [, document] = bodies(view([host(seen({ ports: [port(22, { scripts })] }))]));
    expect(document.tripline.observation.scripts).toBeUndefined();
    expect(document.tripline.truncated).toEqual(["tripline.observation.scripts"]);
  });
});
