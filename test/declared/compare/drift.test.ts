import { describe, expect, it } from "vitest";
import { driftJson } from "../../../src/report/json/drift.ts";
import { driftExit } from "../../../src/report/model/drift.ts";
import type { PortSpec } from "../../support/nmap-xml.ts";
import { compare, HEAD } from "./compare.ts";

const http = (port: number): PortSpec => ({ port, service: { name: "http", product: "nginx", version: "1" } });
const ssh: PortSpec = { port: 22, service: { name: "ssh", product: "OpenSSH", version: "9" } };

describe("declared against the wire", () => {
  it.each([
    ["what is declared and open is well", `${HEAD}10.0.0.5,22,tcp,ssh\n`, [ssh], []],
    [
      "an open port nobody declared on a claimed host",
      `${HEAD}10.0.0.5,22,tcp,ssh\n`,
      [ssh, http(80)],
      ["undeclared-open-port 80"],
    ],
    [
      "a declared port that is closed",
      `${HEAD}10.0.0.5,22,tcp,ssh\n10.0.0.5,443,tcp,https\n`,
      [ssh],
      ["expected-endpoint-down 443"],
    ],
    ["a declared service on another port", `${HEAD}10.0.0.5,8080,tcp,http\n`, [http(8081)], ["port-moved 8081"]],
    [
      "two candidates make no pair",
      `${HEAD}10.0.0.5,8080,tcp,http\n`,
      [http(8081), http(80)],
      ["undeclared-open-port 80", "undeclared-open-port 8081", "expected-endpoint-down 8080"],
    ],
    ["anservice other than declared", `${HEAD}10.0.0.5,22,tcp,http\n`, [ssh], ["service-mismatch 22"]],
    ["a synonym is the same service", `${HEAD}10.0.0.5,80,tcp,www\n`, [http(80)], []],
    ["a host nobody claims has no findings", `${HEAD}10.9.9.9,22,tcp,ssh\n`, [ssh], []],
    ["a range may be open", `${HEAD}10.0.0.5,20-30,tcp,\n`, [ssh], []],
  ] as const)("%s", async (_, csv, ports, expected) => {
    expect((await compare(csv, ports)).kinds).toEqual(expected);
  });

  it.each([
    ["a scope that holds us", "10.0.0.5", "10.9.0.1", "10.9.0.0/16", ["expected-endpoint-down 443"]],
    ["a scope that does not", "10.0.0.5", "10.9.0.1", "10.8.0.0/16", []],
    ["an IPv6 scope that holds us", "2001:db8::5", "2001:db8::1", "2001:db8::/64", ["expected-endpoint-down 443"]],
    ["an IPv6 scope that does not", "2001:db8::5", "2001:db8::1", "2001:db8:1::/64", []],
    [
      "an IPv6 scope, of us only IPv4 is known",
      "2001:db8::5",
      "10.9.0.1",
      "2001:db8::/64",
      ["expected-endpoint-down 443"],
    ],
  ])("who is meant: %s", async (_, address, vantageAddress, scope, expected) => {
    const csv = `host,port,proto,service,scope\n${address},443,tcp,https,${scope}\n`;
    expect((await compare(csv, [], { address, vantageAddress })).kinds).toEqual(expected);
  });

  it("an undeclared host exists only in a closed world", async () => {
    expect((await compare(`${HEAD}10.0.0.9,22,tcp,ssh\n`, [ssh], { completeFor: ["10.0.0.0/24"] })).kinds).toEqual([
      "undeclared-host",
    ]);
  });

  it("nothing absent is concluded while the vantage is degraded", async () => {
    expect(
      (await compare(`${HEAD}10.0.0.5,443,tcp,https\n10.0.0.5,22,tcp,ssh\n`, [ssh], { degraded: true })).kinds,
    ).toEqual([]);
  });

  it("the JSON and the exit code are the stable interface", async () => {
    const { report, state } = await compare(`${HEAD}10.0.0.5,22,tcp,ssh\n`, [ssh, http(80)]);
    const exit = driftExit(report, state, { failOn: "high", strict: false, completeness: "complete", degraded: false });
    expect(driftJson({ report, sources: state.sources, exit })).toMatchObject({
      summary: { findings: 1, declaredPercent: 50 },
      sources: [{ file: "inv.csv", state: "read", entries: 1 }],
      findings: [
        { kind: "undeclared-open-port", severity: "high", host: "10.0.0.5", port: 80, protocol: "tcp", declared: null },
      ],
      exit: { code: 10 },
    });
    const partial = { failOn: "high", strict: true, completeness: "partial", degraded: false } as const;
    expect(driftExit(report, state, partial).code).toBe(3);
  });
});
