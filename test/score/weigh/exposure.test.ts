import { describe, expect, it } from "vitest";
import { answeredService } from "../../../src/domain/answered-service.ts";
import type { Facts } from "../../../src/domain/facts.ts";
import { classifyExposure, listenerOf } from "../../../src/score/weigh/exposure.ts";
import { rules } from "../build.ts";

type Row = readonly [what: string, port: number, facts: Facts, expected: string, usual: boolean | null];

const ROWS: readonly Row[] = [
  ["ssh where it belongs", 22, { service: "ssh", product: "OpenSSH", confidence: 10 }, "remote-admin", true],
  ["ssh somewhere else", 4444, { service: "ssh", product: "OpenSSH", confidence: 10 }, "remote-admin", false],
  ["http inside TLS", 443, { service: "ssl/http", product: "nginx", confidence: 10 }, "web", true],
  ["http on 8081", 8081, { service: "http", confidence: 10 }, "web", false],
  ["a name that nmap only looked up", 4444, { service: "krb524", confidence: 3 }, "unknown", null],
  ["a looked-up name on a port that we know", 3306, { service: "mysql", confidence: 3 }, "data-store", null],
  ["tcpwrapped", 3389, { service: "tcpwrapped", confidence: 8 }, "remote-admin", null],
  ["a guess with a question mark", 4444, { service: "vnc?", confidence: 10 }, "unknown", null],
  ["an unknown service on an unknown port", 4444, {}, "unknown", null],
  ["a service without a class", 7777, { service: "cbt", confidence: 10 }, "other", null],
  [
    "a product that says more than its protocol",
    2375,
    { service: "http", product: "Docker Registry", confidence: 10 },
    "control-plane",
    false,
  ],
  [
    "an application that nmap names beside its web server",
    10_010,
    { service: "http", product: "MiniServ", extra_info: "Webmin httpd", confidence: 10 },
    "remote-admin",
    false,
  ],
  [
    "WinRM, which is a web server to nmap",
    5985,
    { service: "http", product: "Microsoft HTTPAPI httpd", extra_info: "SSDP/UPnP", confidence: 10 },
    "remote-admin",
    false,
  ],
  ["a web server where Docker is at home", 2376, { service: "ssl/http", confidence: 10 }, "control-plane", false],
  ["a web server where a database without HTTP is at home", 3306, { service: "http", confidence: 10 }, "web", false],
  [
    "a product whose name only contains a known one",
    80,
    { service: "http", product: "Torque", confidence: 10 },
    "web",
    true,
  ],
  ["a service named like a property of every object", 80, { service: "constructor", confidence: 10 }, "other", null],
];

describe("what a port or service means", () => {
  it.each(ROWS)("%s", (_, port, ...[facts, expected, usual]) => {
    expect(classifyExposure(listenerOf(port, facts), rules)).toEqual({ class: expected, usualPort: usual });
  });

  it("a service without a confidence was answered, a weak one was not", () => {
    expect(answeredService({ service: "ssh" })).toBe("ssh");
    expect(answeredService({ service: "ssh", confidence: 5 })).toBeNull();
  });
});
