import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readRecordedScan } from "../../../src/scan/recorded.ts";
import { whatWasFound } from "../../../src/score/weigh/found.ts";
import { parseScoringRules } from "../../../src/score/weigh/rules.ts";
import { type HostSpec, nmapXml, type PortSpec } from "../../support/nmap-xml.ts";
import { RULES_FILE, nonNull } from "../build.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const parsed = parseScoringRules(readFileSync(RULES_FILE, "utf8"), "rules");
if (!parsed.ok) throw new Error(parsed.error);
const rules = parsed.value;

async function found(...hosts: readonly HostSpec[]) {
  const file = join(tempDir(), "scan.xml");
  writeFileSync(file, nmapXml({ hosts }));
  const { run } = await readRecordedScan(file);
  return whatWasFound(run.hosts, rules);
}

const port = (number: number, name: string, product?: string): PortSpec => ({
  port: number,
  service: product === undefined ? { name } : { name, product },
});
const host = (address: string, ...ports: readonly PortSpec[]): HostSpec => ({ address, ports });

describe("what a scan found", () => {
  it("counts hosts, open ports and services that answered", async () => {
    const { hosts, ports, services } = await found(
      host("10.0.0.1", port(22, "ssh", "OpenSSH"), port(80, "http", "nginx")),
      host("10.0.0.2", port(22, "ssh", "OpenSSH"), { port: 81, state: "closed" }),
      { address: "10.0.0.3", state: "down" },
    );
    expect({ hosts, ports, services }).toEqual({
      hosts: 2,
      ports: 3,
      services: [
        { name: "ssh", count: 2 },
        { name: "http", count: 1 },
      ],
    });
  });

  it.each([
    ["a data store", port(379, "redis", "Redis key-value store"), "data-store"],
    ["a control plane", port(375, "docker", "Docker"), "control-plane"],
    ["remote administration", port(23, "telnet", "BusyBox telnetd"), "remote-admin"],
    ["a proxy", port(128, "http-proxy", "Squid http proxy"), "proxy-tunnel"],
    ["a remote access tool", port(590, "teamviewer", "TeamViewer"), "remote-access-tool"],
    ["file sharing", port(21, "ftp", "vsftpd"), "file"],
    ["what nothing recognised", { port: 444 }, "unknown"],
  ])("says that %s deserves a look", async (_, one, name) => {
    const { exposed } = await found(host("10.0.0.1", one));
    expect(exposed).toMatchObject([{ class: name, hosts: ["10.0.0.1"] }]);
  });

  it.each([
    ["a web page", port(80, "http", "nginx")],
    ["a mail server", port(25, "smtp", "Postfix smtpd")],
    ["a name server", port(53, "domain", "dnsmasq")],
  ])("leaves %s alone", async (_, one) => {
    expect((await found(host("10.0.0.1", one))).exposed).toEqual([]);
  });

  it("gathers one service on one port over its hosts, the most dangerous first and the unknown last", async () => {
    const { exposed } = await found(
      host("10.0.0.1", port(22, "ssh", "OpenSSH"), { port: 444 }),
      host("10.0.0.2", port(22, "ssh", "OpenSSH"), port(379, "redis", "Redis key-value store")),
    );
    expect(exposed.map(({ class: name, hosts }) => [name, hosts.length])).toEqual([
      ["data-store", 1],
      ["remote-admin", 2],
      ["unknown", 1],
    ]);
    expect(nonNull(exposed[1]).hosts).toEqual(["10.0.0.1", "10.0.0.2"]);
  });
});
