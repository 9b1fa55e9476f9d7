import { describe, expect, it } from "vitest";
import { drift } from "../../../src/declared/compare/drift.ts";
import type { DriftFinding } from "../../../src/domain/declaration.ts";
import { portText } from "../../../src/domain/network.ts";
import type { HostObservation } from "../../../src/domain/observation.ts";
import { host, type HostLike, type PortLike } from "../../baseline/world.ts";
import { declared, type Row, source } from "../support/declarations.ts";

interface Given {
  readonly rows: readonly Row[];
  readonly ports?: readonly PortLike[];
  readonly seen?: Partial<HostLike>;
  readonly completeFor?: readonly string[];
  readonly vantageAddress?: string;
}

function report({ rows, ports = [], seen = {}, completeFor = [], vantageAddress }: Given) {
  return drift({
    state: declared(rows, [source("a.csv", { completeFor })]),
    observations: [host({ address: "10.0.0.5", ports, ...seen })],
    vantageDegraded: false,
    vantageAddress: vantageAddress ?? null,
    remembered: () => new Map(),
  });
}

/** `medium service-mismatch 22/tcp`, one line a finding. */
function told(findings: readonly DriftFinding[]): readonly string[] {
  return findings.map(({ severity, kind, port }) =>
    `${severity} ${kind} ${port === null ? "" : portText(port)}`.trim(),
  );
}

const HERE = "10.0.0.5";
const filtered: HostObservation["otherStates"] = [{ state: "filtered", count: 990, transport: "tcp" }];

describe("a declared endpoint that is not open", () => {
  it.each<[string, Omit<Given, "rows">, readonly string[]]>([
    ["the host answers with a reset", {}, ["medium expected-endpoint-down 443/tcp"]],
    [
      "the port itself is listed as closed",
      { ports: [{ number: 443, state: "closed" }] },
      ["medium expected-endpoint-down 443/tcp"],
    ],
    ["nothing comes back", { seen: { otherStates: filtered } }, ["medium expected-endpoint-blocked 443/tcp"]],
    [
      "the port itself is filtered",
      { ports: [{ number: 443, state: "filtered" }] },
      ["medium expected-endpoint-blocked 443/tcp"],
    ],
    ["its host is down", { seen: { state: "down", covered: null } }, ["medium expected-endpoint-blocked 443/tcp"]],
    ["it was not measured", { seen: { covered: [[1, 100]] } }, []],
    ["nothing of the host was measured", { seen: { covered: null } }, []],
    ["the answer leaves it open", { ports: [{ number: 443, state: "open|filtered" }] }, []],
    ["the host answers on everything", { seen: { allPortsOpen: 60_000 } }, []],
  ])("%s", (_, given, expected) => {
    const rows = [{ host: HERE, port: 443 }];
    const found = report({ rows, ...given });
    expect(told(found.findings)).toEqual(expected);
    expect(found.findings.every((finding) => finding.absence && finding.intent === "must-open")).toBe(true);
    expect([found.declaredEndpoints, found.notMeasured]).toEqual([1, expected.length === 0 ? 1 : 0]);
  });

  it("keeps how sure the declaration is of itself", () => {
    const { findings } = report({ rows: [{ host: HERE, port: 443, confidence: "inferred" }] });
    expect(findings.map(({ confidence }) => confidence)).toEqual(["inferred"]);
  });
});

describe("an open port that nothing declares", () => {
  const rows = [{ host: HERE, port: 22 }];
  const ssh = { number: 22, service: "ssh" };

  it.each<[string, Given, readonly string[]]>([
    ["on a host that a row names", { rows, ports: [ssh, { number: 81 }] }, ["high undeclared-open-port 81/tcp"]],
    [
      "the transport differs",
      { rows, ports: [ssh, { number: 22, transport: "udp" }] },
      ["high undeclared-open-port 22/udp"],
    ],
    [
      "a range holds it, from its first port",
      { rows: [{ host: HERE, port: 80, to: 90 }], ports: [{ number: 80 }] },
      [],
    ],
    ["to its last", { rows: [{ host: HERE, port: 80, to: 90 }], ports: [{ number: 90 }] }, []],
    [
      "and not one more",
      { rows: [{ host: HERE, port: 80, to: 90 }], ports: [{ number: 91 }] },
      ["high undeclared-open-port 91/tcp"],
    ],
    [
      "a row for any transport holds it",
      { rows: [{ host: HERE, port: 53, transport: "any" }], ports: [{ number: 53, transport: "udp" }] },
      [],
    ],
    ["a row for every port holds it", { rows: [{ host: HERE, any: true }], ports: [{ number: 4444 }] }, []],
    ["only what is really open", { rows, ports: [ssh, { number: 81, state: "filtered" }] }, []],
    ["on a host of which nothing is claimed", { rows: [{ host: "10.0.0.6" }], ports: [{ number: 81 }] }, []],
  ])("%s", (_, given, expected) => {
    expect(told(report(given).findings)).toEqual(expected);
  });

  it("carries the row that makes it evidence, and nothing else that was observed at the port", () => {
    const { findings } = report({
      rows: [{ ...rows[0], host: HERE, line: 7 }],
      ports: [ssh, { number: 81, service: "http", product: "x" }],
    });
    expect(findings).toMatchObject([
      {
        port: { transport: "tcp", number: 81 },
        declaration: null,
        claims: [{ file: "a.csv", line: 7 }],
        observed: { state: "open", service: "http", product: "x" },
        intent: "must-not-be-open",
        absence: false,
      },
    ]);
    expect(Object.keys(findings[0]?.port ?? {})).toEqual(["transport", "number"]);
  });
});

describe("a host that nothing declares", () => {
  const rows = [{ host: "10.0.0.9" }];
  const completeFor = ["10.0.0.0/24"];

  it.each<[string, Given, readonly string[]]>([
    ["where a source is complete", { rows, completeFor, ports: [{ number: 22 }] }, ["high undeclared-host"]],
    ["also without an open port", { rows, completeFor }, ["high undeclared-host"]],
    ["not when it is down", { rows, completeFor, seen: { state: "down" } }, []],
    [
      "not outside what the source is complete for",
      { rows, completeFor: ["10.0.1.0/24"], ports: [{ number: 22 }] },
      [],
    ],
    [
      "not when a network row speaks of it",
      { rows: [{ host: "10.0.0.0/28", any: true }], completeFor, ports: [{ number: 22 }] },
      [],
    ],
    [
      "not when a row knows its name",
      { rows: [{ host: "db.example", port: 22 }], completeFor, seen: { name: "db.example" }, ports: [{ number: 22 }] },
      [],
    ],
  ])("%s", (_, given, expected) => {
    expect(told(report(given).findings)).toEqual(expected);
  });
});

it("of a host with many open ports only the first are listed", () => {
  const ports = Array.from({ length: 40 }, (_, i) => ({ number: i + 1 }));
  const { findings } = report({ rows: [{ host: "10.0.0.9" }], completeFor: ["10.0.0.0/24"], ports });
  expect(findings.map(({ reason }) => reason.match(/\d+\/tcp/g)?.length)).toEqual([10]);
});

describe("a declared endpoint of which this scan says nothing", () => {
  it.each<[string, Row, readonly number[]]>([
    ["of a host that was not seen", { host: "10.0.0.9" }, [1, 1]],
    ["by a name that was not seen", { host: "web.example" }, [1, 1]],
    ["a network is no endpoint by itself", { host: "192.0.2.0/24" }, [0, 0]],
    ["a network that holds a host is one there", { host: "10.0.0.0/24" }, [1, 0]],
    ["a range is none", { host: "10.0.0.9", port: 80, to: 90 }, [0, 0]],
  ])("%s", (_, declares, expected) => {
    const { declaredEndpoints, notMeasured } = report({ rows: [declares] });
    expect([declaredEndpoints, notMeasured]).toEqual(expected);
  });
});

describe("another service than declared", () => {
  it.each<[string, Row, PortLike, readonly string[]]>([
    [
      "a plain one",
      { host: HERE, port: 22, service: "ssh" },
      { number: 22, service: "ftp" },
      ["medium service-mismatch 22/tcp"],
    ],
    [
      "plain text where TLS is declared",
      { host: HERE, port: 443, service: "https", tls: true },
      { number: 443, service: "http" },
      ["high service-mismatch 443/tcp"],
    ],
    [
      "another one inside TLS",
      { host: HERE, port: 443, service: "https", tls: true },
      { number: 443, service: "imap", tunnel: "ssl" },
      ["medium service-mismatch 443/tcp"],
    ],
    [
      "TLS, and it says so in one word",
      { host: HERE, port: 993, service: "imaps", tls: true },
      { number: 993, service: "https" },
      ["medium service-mismatch 993/tcp"],
    ],
    [
      "the declared one inside TLS",
      { host: HERE, port: 443, service: "https", tls: true },
      { number: 443, service: "http", tunnel: "ssl" },
      [],
    ],
    [
      "nothing was identified",
      { host: HERE, port: 22, service: "ssh" },
      { number: 22, service: "ftp", method: "table" },
      [],
    ],
    ["no service is declared", { host: HERE, port: 22 }, { number: 22, service: "ftp" }, []],
    [
      "a range declares it too",
      { host: HERE, port: 20, to: 30, service: "ssh" },
      { number: 22, service: "ftp" },
      ["medium service-mismatch 22/tcp"],
    ],
  ])("%s", (_, declares, port, expected) => {
    expect(told(report({ rows: [declares], ports: [port] }).findings)).toEqual(expected);
  });

  it("one of several rows that agrees is enough", () => {
    const rows = [
      { host: HERE, port: 22, service: "ssh" },
      { host: "10.0.0.0/24", port: 22, service: "ftp", line: 2 },
    ];
    expect(told(report({ rows, ports: [{ number: 22, service: "ftp" }] }).findings)).toEqual([]);
    expect(told(report({ rows, ports: [{ number: 22, service: "http" }] }).findings)).toEqual([
      "medium service-mismatch 22/tcp",
    ]);
  });
});

describe("what opens as declared is expected", () => {
  it.each<[string, Row, readonly string[]]>([
    ["a single port", { host: HERE, port: 80 }, ["tcp/80"]],
    ["a range", { host: HERE, port: 1, to: 99 }, ["tcp/22", "tcp/80"]],
    ["its network", { host: "10.0.0.0/24", port: 80 }, ["tcp/80"]],
    ["a row for every port names none of them", { host: HERE, any: true }, []],
    ["the same for others only", { host: HERE, port: 80, scope: ["192.0.2.0/24"] }, []],
    ["the same for us among others", { host: HERE, port: 80, scope: ["192.0.2.0/24", "10.0.0.0/8"] }, ["tcp/80"]],
    ["another service than the declared one", { host: HERE, port: 80, service: "ssh" }, []],
  ])("%s", (_, declares, expected) => {
    const ports = [{ number: 22 }, { number: 80, service: "http" }];
    const { expected: found } = report({ rows: [declares], ports, vantageAddress: "10.0.0.1" });
    expect([...(found.get(HERE) ?? [])]).toEqual(expected);
  });
});
