import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readInventory } from "../../../src/declared/readers/inventory/read.ts";
import { driftExit, driftJson } from "../../../src/declared/report.ts";
import { readSources } from "../../../src/declared/readers/read-sources.ts";
import type { DeclaredState } from "../../../src/domain/declaration.ts";
import type { PortSpec } from "../../support/nmap-xml.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { compare, HEAD } from "./compare.ts";

const FILE = { file: "inv.csv", format: "csv", digest: "d", readAt: 0, stale: false };
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
    ["another service than declared", `${HEAD}10.0.0.5,22,tcp,http\n`, [ssh], ["service-mismatch 22"]],
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
    expect(driftJson(report, state, exit)).toMatchObject({
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

describe("an inventory", () => {
  it("tells every wrong cell with its place", () => {
    const { problems } = readInventory("host,port,protoo\n10.0.0.300,99999,tcp\n", FILE);
    expect(problems.map((p) => `${p.line}:${p.column}`)).toEqual(["1:11", "2:1", "2:12"]);
  });

  it("reads quotes, CRLF, a byte order mark and semicolons", () => {
    const { declarations, problems } = readInventory('\ufeffhost;port;owner\r\n"10.0.0.5";443;"a ""b""; c"\r\n', FILE);
    expect(problems).toEqual([]);
    expect(declarations[0]).toMatchObject({ portFrom: 443, owner: { name: 'a "b"; c' }, sources: [{ line: 2 }] });
  });

  it("reads the same rows from YAML", () => {
    const yaml = readInventory("- { host: 10.0.0.5, port: 443, service: https }\n", { ...FILE, file: "inv.yaml" });
    const csv = readInventory("host,port,service\n10.0.0.5,443,https\n", FILE);
    expect(yaml.declarations.map((d) => d.id)).toEqual(csv.declarations.map((d) => d.id));
  });

  it.each([
    ["empty", ""],
    ["binary", "PK\0\0"],
    ["a Terraform state", '{ "terraform_version": "1.9" }'],
    ["a template", "host,port\n{{ host }},22\n"],
  ])("is refused when it is %s", (_, text) => {
    expect(readInventory(text, FILE).problems).toHaveLength(1);
  });

  it("never throws, whatever is in the file", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.boolean(),
        (text, yaml) => void readInventory(text, { ...FILE, file: yaml ? "a.yaml" : "a.csv" }),
      ),
      { numRuns: 500 },
    );
  });
});

describe("a source that breaks", () => {
  it.each([
    ["is gone", null],
    ["is empty", ""],
    ["lost more than half of its rows", `${HEAD}10.0.0.1,22,tcp,\n`],
  ])("keeps its last good state when it %s", (_, text) => {
    const directory = tempDir();
    const setting = { pattern: "inv.csv", completeFor: [], maxAgeMs: null, directory };
    writeFileSync(join(directory, "inv.csv"), `${HEAD}${[1, 2, 3, 4].map((i) => `10.0.0.${i},22,tcp,`).join("\n")}\n`);
    const good: DeclaredState = readSources([setting], { now: 1, previous: null });
    const broken = text === null ? { ...setting, directory: tempDir() } : setting;
    if (text !== null) writeFileSync(join(directory, "inv.csv"), text);
    const after = readSources([broken], { now: 2, previous: good });
    expect(after.sources[0]?.state).toBe("stale");
    expect(after.declarations).toHaveLength(4);
  });
});
