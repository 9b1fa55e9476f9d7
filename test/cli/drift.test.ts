import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nmapXml, type NmapXmlSpec, type PortSpec } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { run } from "./command-line.ts";

const SSH: PortSpec = { port: 22, service: { name: "ssh", product: "OpenSSH", version: "9.2p1" } };
const HTTP: PortSpec = { port: 80, service: { name: "http", product: "nginx", version: "1.24.0" } };
const HOSTS = [1, 2, 3, 4, 5].map((i) => ({ address: `10.0.0.${i}`, names: [`app${i}.corp`], ports: [SSH, HTTP] }));
const ARGS = "nmap -sS -sV -oX scan.xml 10.0.0.0/28";
const HEAD = "host,port,proto,service\n";
const ROWS = HOSTS.map(({ address }) => `${address},22,tcp,ssh\n${address},80,tcp,http\n`);

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly scan?: NmapXmlSpec;
  readonly options?: readonly string[];
}

/** `tripline drift` over these files in a directory of their own. */
async function drift({ files, scan = { hosts: HOSTS }, options = [] }: Given) {
  const directory = tempDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  writeFileSync(join(directory, "scan.xml"), nmapXml({ args: ARGS, down: 11, ...scan }));
  const sources = Object.keys(files).filter((name) => !name.startsWith("tripline"));
  const args = ["drift", "--source", ...sources, "--live", "scan.xml", "--format", "json", ...options];
  const { code, out, err } = await run(args, directory);
  return { code, err, json: out === "" ? null : JSON.parse(out) };
}

const found = (json: { findings: { kind: string; host: string; port: number | null; declared: unknown }[] }) =>
  json.findings.map((f) => `${f.kind} ${f.host}:${f.port}`);
const whole = { "inv.csv": HEAD + ROWS.join("") };
const lacking80 = { "inv.csv": HEAD + ROWS.join("").replace("10.0.0.3,80,tcp,http\n", "") };

describe("drift --format json", () => {
  it("says 0 and nothing when wire and declarations agree", async () => {
    const { code, json } = await drift({ files: whole });
    expect(code).toBe(0);
    expect(json.summary).toMatchObject({ findings: 0, liveEndpoints: 10, declaredPercent: 100, notMeasured: 0 });
    expect(json.exit).toEqual({ code: 0, reasons: [] });
  });

  it("names the endpoint, the declaring line and the reason of each finding", async () => {
    const moved = HOSTS.map((h, i) => (i === 1 ? { ...h, ports: [SSH, { ...HTTP, port: 81 }] } : h));
    const { json } = await drift({ files: whole, scan: { hosts: moved } });
    expect(json.findings).toEqual([
      {
        kind: "port-moved",
        severity: "medium",
        host: "10.0.0.2",
        port: 81,
        protocol: "tcp",
        verdict: "must-open",
        declared: {
          address: "10.0.0.2:80/tcp",
          port: 80,
          service: "http",
          source: { file: "inv.csv", line: 5 },
        },
        observed: { state: "open", service: "http", product: "nginx" },
        reason: "inv.csv:5 declares 80/tcp, which is closed; http answers on 81/tcp instead.",
      },
    ]);
  });

  it("does not depend on the order of rows, files and hosts", async () => {
    const scan = { hosts: HOSTS.map((h, i) => (i < 3 ? { ...h, ports: [SSH, { port: 443 }] } : h)) };
    const one = await drift({ files: whole, scan });
    const two = await drift({
      files: { "inv.csv": HEAD + ROWS.toReversed().join("") },
      scan: { hosts: scan.hosts.toReversed() },
    });
    expect(found(two.json)).toEqual(found(one.json));
    expect(found(one.json)).toHaveLength(6);
  });

  it("an endpoint that several rows declare is one finding, of the row that names the host", async () => {
    const files = { "inv.csv": `${HEAD}10.0.0.0/28,443,tcp,\n10.0.0.1,443,tcp,https\n10.0.0.1,443,tcp,http\n` };
    const { json } = await drift({ files, scan: { hosts: HOSTS.slice(0, 1), down: 15 } });
    expect(found(json).filter((f) => f.includes(":443"))).toEqual(["expected-endpoint-down 10.0.0.1:443"]);
    expect(json.findings.at(-1).declared.source.line).not.toBe(2);
  });

  it("a declared host that is down is told, listed or not", async () => {
    const listed = [...HOSTS.slice(0, 4), { address: "10.0.0.5", state: "down" as const }];
    for (const scan of [
      { hosts: HOSTS.slice(0, 4), down: 12 },
      { hosts: listed, down: 11 },
    ]) {
      const { json } = await drift({ files: whole, scan });
      expect(found(json)).toEqual(["expected-endpoint-blocked 10.0.0.5:22", "expected-endpoint-blocked 10.0.0.5:80"]);
      expect(json.findings[0].reason).toBe("22/tcp is declared in inv.csv:10 but does not answer, its host is down.");
    }
  });

  it("many declared hosts that are silent together are an outage: nothing absent is concluded", async () => {
    const { code, json } = await drift({ files: whole, scan: { hosts: HOSTS.slice(0, 2), down: 14 } });
    expect(found(json)).toEqual([]);
    expect([code, json.exit.reasons]).toEqual([3, ["the vantage is degraded: absence is not judged"]]);
  });

  it("a declared host outside the scan is not measured", async () => {
    const scan = { hosts: HOSTS.slice(0, 4), args: "nmap 10.0.0.1-4", down: 0 };
    const { code, json } = await drift({ files: whole, scan });
    expect([code, found(json), json.summary.notMeasured]).toEqual([3, [], 2]);
  });
});

const WHY = 'scan.xml: nmap says exit="error"';

describe("exit codes of drift", () => {
  it.each<[string, Given, number, readonly string[]]>([
    ["findings without --fail-on", { files: lacking80 }, 0, []],
    ["findings below --fail-on", { files: lacking80, options: ["--fail-on", "critical"] }, 0, []],
    ["findings at --fail-on", { files: lacking80, options: ["--fail-on", "high"] }, 10, ["1 finding at or above high"]],
    ["a partial scan", { files: whole, scan: { hosts: HOSTS, exit: "error" } }, 3, ["the scan is partial", WHY]],
    [
      "findings in a partial scan",
      { files: lacking80, scan: { hosts: HOSTS, exit: "error" }, options: ["--fail-on", "high"] },
      10,
      ["1 finding at or above high", "the scan is partial", WHY],
    ],
    [
      "the same with --strict",
      { files: lacking80, scan: { hosts: HOSTS, exit: "error" }, options: ["--fail-on", "high", "--strict"] },
      3,
      ["the scan is partial", WHY, "1 finding at or above high"],
    ],
    [
      "an unreadable source beside a good one",
      { files: { ...whole, "other.csv": "" } },
      3,
      ["source unreadable: other.csv:1:1  the file is empty; an inventory has a header and rows"],
    ],
  ])("%s", async (_, given, code, reasons) => {
    const result = await drift(given);
    expect(result.code).toBe(code);
    expect(result.json.exit).toEqual({ code, reasons });
  });

  it.each([
    ["no source can be read", { "inv.csv": "host,port\n10.0.0.1,70000\n" }, 78, 'inv.csv:2:10  "70000" is not a port'],
    ["an inventory is empty", { "inv.csv": HEAD }, 78, "inv.csv:1:1  the inventory has no rows"],
  ])("%s: nothing is printed but the error", async (_, files, code, text) => {
    const result = await drift({ files });
    expect([result.code, result.json]).toEqual([code, null]);
    expect(result.err).toContain(text);
  });

  it("usage errors are 2", async () => {
    expect((await run(["drift", "--live", "scan.xml"])).code).toBe(2);
    expect((await drift({ files: whole, options: ["--fail-on", "nonsense"] })).code).toBe(2);
    expect((await run(["drift", "--source", "inv.csv", "--live", "missing.xml"], inventory())).code).toBe(2);
  });
});

function inventory(): string {
  const directory = tempDir();
  writeFileSync(join(directory, "inv.csv"), whole["inv.csv"]);
  return directory;
}

describe("what a broken source declares is unknown, not undeclared", () => {
  const config =
    "segment: s\ntargets: [10.0.0.0/28]\ndeclared: [{ inventory: ./part.csv, complete_for: [10.0.0.0/28] }]\n";

  it("in a closed world and on hosts that other sources claim", async () => {
    const part = `${HEAD}10.0.0.1,22,tcp,ssh\n`;
    const good = await drift({
      files: { "tripline.yaml": config, "part.csv": part },
      options: ["-c", "tripline.yaml"],
    });
    expect(found(good.json)).toContain("undeclared-host 10.0.0.2:null");
    const broken = await drift({
      files: { "tripline.yaml": config, "part.csv": part, "other.csv": "not an inventory" },
      options: ["-c", "tripline.yaml"],
    });
    expect(found(broken.json)).toEqual([]);
    expect(broken.json.exit.reasons).toContain("9 open ports may be declared in a source that could not be read");
    expect(broken.code).toBe(3);
  });
});
