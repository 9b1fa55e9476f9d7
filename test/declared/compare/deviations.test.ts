import { describe, expect, it } from "vitest";
import { driftDeviations } from "../../../src/declared/compare/deviations.ts";
import { drift } from "../../../src/declared/compare/drift.ts";
import type { Deviation, HostRef } from "../../../src/domain/deviation.ts";
import type { PortField } from "../../../src/domain/fields/port.ts";
import type { PortRef } from "../../../src/domain/network.ts";
import type { SettledPort } from "../../../src/domain/settle.ts";
import { host, type PortLike } from "../../baseline/world.ts";
import { declared, type Row, source } from "../support/declarations.ts";

const HERE = "10.0.0.5";
const CLOSED: SettledPort = { state: "closed", measured: true, pending: false, misses: 2, evidence: "reset" };
const REF: HostRef = { id: "host-1", address: HERE, mac: null, name: null, osFamily: null, tags: [] };

interface Given {
  readonly rows: readonly Row[];
  readonly ports?: readonly PortLike[];
  readonly completeFor?: readonly string[];
  readonly filtered?: boolean;
  readonly remembered?: Partial<Record<PortField, string>>;
  readonly settled?: (address: string, port: PortRef) => SettledPort | null;
  readonly hostRef?: () => HostRef | null;
  readonly first?: boolean;
}

function deviations(given: Given): readonly Deviation[] {
  const { rows, ports = [], completeFor = [], filtered = false, remembered = {} } = given;
  const state = filtered ? "filtered" : "closed";
  const report = drift({
    state: declared(rows, [source("a.csv", { completeFor })]),
    observations: [host({ address: HERE, ports, otherStates: [{ state, count: 990, transport: "tcp" }] })],
    vantageDegraded: false,
    vantageAddress: null,
    remembered: () => new Map(Object.entries(remembered)) as ReadonlyMap<PortField, string>,
  });
  return driftDeviations(report, {
    hostRef: given.hostRef ?? (() => REF),
    firstEvaluation: () => given.first ?? false,
    settled: given.settled ?? (() => CLOSED),
    observedAt: 5,
  });
}

const MISSING = { rows: [{ host: HERE, port: 443, service: "https", line: 4 }] };
const MOVED = { ...MISSING, ports: [{ number: 8443, service: "https", product: "nginx" }] };

describe("a finding in the words of an anomaly", () => {
  it.each<[string, Given, Partial<Deviation>]>([
    [
      "a closed endpoint",
      MISSING,
      {
        kind: "missing-endpoint",
        subject: "tcp/443",
        target: "expected-endpoint-down closed",
        from: null,
        to: "closed",
        before: { state: "open", service: "https" },
        after: { state: "closed" },
        evidence: "reset",
        reasons: ["declared-port-closed"],
      },
    ],
    [
      "a silent endpoint",
      { ...MISSING, filtered: true },
      {
        kind: "missing-endpoint",
        target: "expected-endpoint-blocked filtered",
        to: "filtered",
        after: { state: "filtered" },
        evidence: "no-response",
        reasons: ["declared-port-closed"],
      },
    ],
    [
      "an undeclared port",
      { rows: [{ host: HERE, port: 22 }], ports: [{ number: 22 }, { number: 81, service: "http", product: "x" }] },
      {
        kind: "undeclared-port",
        subject: "tcp/81",
        target: "undeclared-open-port open",
        from: null,
        to: "open",
        before: {},
        after: { state: "open", service: "http", product: "x" },
        evidence: "syn-ack",
        reasons: ["not-declared"],
      },
    ],
    [
      "an undeclared host",
      { rows: [{ host: "10.0.0.9" }], completeFor: ["10.0.0.0/24"], ports: [{ number: 22 }] },
      {
        kind: "undeclared-host",
        port: null,
        subject: "presence",
        target: "undeclared-host up",
        to: "up",
        before: {},
        after: { state: "up" },
        evidence: "syn-ack",
        reasons: ["not-declared"],
      },
    ],
    [
      "another service",
      { rows: [{ host: HERE, port: 22, service: "ssh" }], ports: [{ number: 22, service: "ftp" }] },
      {
        kind: "service-mismatch",
        subject: "tcp/22",
        target: "service-mismatch ftp",
        from: "ssh",
        to: "ftp",
        before: { state: "open", service: "ssh" },
        after: { state: "open", service: "ftp" },
        evidence: "syn-ack",
        reasons: [],
      },
    ],
    [
      "a moved port is about the endpoint that was declared",
      MOVED,
      {
        kind: "port-moved",
        port: { transport: "tcp", number: 8443 },
        subject: "tcp/443",
        target: "port-moved 8443",
        from: "443",
        to: "8443",
        before: { state: "open", service: "https", port: 443 },
        after: { state: "open", service: "https", product: "nginx", port: 8443 },
        evidence: "syn-ack",
        reasons: ["declared-port-closed"],
      },
    ],
  ])("%s", (_, given, expected) => {
    const [found, ...others] = deviations(given);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ mature: true, informational: false, observedAt: 5, host: REF });
    for (const [key, value] of Object.entries(expected)) expect(found).toHaveProperty(key, value);
  });

  it.each<[string, Given, Deviation["reasons"]]>([
    [
      "a key",
      { ...MOVED, ports: [{ number: 8443, service: "https", tls: "rsa:aa" }], remembered: { tls: "rsa:aa" } },
      ["declared-port-closed", "same-identity"],
    ],
    ["a product", { ...MOVED, remembered: { product: "nginx" } }, ["declared-port-closed", "same-product"]],
    ["no more than the name of the service", MOVED, ["declared-port-closed"]],
  ])("a moved port says by what it was recognised: %s", (_, given, reasons) => {
    expect(deviations(given).map((one) => one.reasons)).toEqual([reasons]);
  });
});

describe("absence waits until the port is settled", () => {
  it.each<[string, SettledPort | null, number]>([
    ["it is", CLOSED, 1],
    ["it is still pending", { ...CLOSED, state: "open", pending: true, misses: 1 }, 0],
    ["pending, and closed before", { ...CLOSED, pending: true, misses: 1 }, 0],
    ["it was not measured now", { ...CLOSED, measured: false, evidence: null }, 0],
    ["it is open after all", { ...CLOSED, state: "open", misses: 0, evidence: "syn-ack" }, 0],
    ["nothing is known of it", null, 0],
  ])("%s", (_, settled, expected) => {
    expect(deviations({ ...MISSING, settled: () => settled })).toHaveLength(expected);
  });

  it("what was seen does not wait, and neither does what moved", () => {
    const open: Given = {
      rows: [{ host: HERE, port: 22 }],
      ports: [{ number: 22 }, { number: 81 }],
      settled: () => null,
    };
    expect(deviations(open)).toHaveLength(1);
    expect(deviations({ ...MOVED, settled: () => null })).toHaveLength(1);
  });

  it("asks for the declared endpoint of that very host", () => {
    const asked: unknown[] = [];
    deviations({ ...MISSING, settled: (address, port) => (asked.push([address, port]), null) });
    expect(asked).toEqual([[HERE, { transport: "tcp", number: 443 }]]);
  });
});

describe("what an anomaly carries of its declaration", () => {
  it("is nothing where the host was not identified: no anomaly", () => {
    expect(deviations({ ...MISSING, hostRef: () => null })).toEqual([]);
  });

  it("names the row, what it expects, and from where it may be reached", () => {
    const rows = [{ host: HERE, port: 443, service: "https", line: 4, scope: ["10.0.0.0/8"] }];
    expect(deviations({ rows, first: true }).map((one) => one.declared)).toEqual([
      expect.objectContaining({
        verdict: "expected-endpoint-down",
        severity: "medium",
        intent: "must-open",
        confidence: "exact",
        tool: "inventory",
        address: HERE,
        source: expect.objectContaining({ file: "a.csv", line: 4 }),
        expected: { ip: HERE, port: 443, transport: "tcp", service: "https", scope: ["10.0.0.0/8"] },
        firstEvaluation: true,
      }),
    ]);
  });

  it("names the nearest source that claims the host where nothing declares the port", () => {
    const given = { rows: [{ host: HERE, port: 22, line: 9 }], ports: [{ number: 22 }, { number: 81 }] };
    expect(deviations(given).map((one) => one.declared)).toEqual([
      expect.objectContaining({
        tool: null,
        address: null,
        source: expect.objectContaining({ file: "a.csv", line: 9 }),
        expected: null,
        firstEvaluation: false,
      }),
    ]);
  });
});
