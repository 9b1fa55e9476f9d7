import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { MoveEvidence } from "../../../src/domain/declaration.ts";
import type { PortSpec } from "../../support/nmap-xml.ts";
import { compare, HEAD } from "./compare.ts";

const digest = (key: string) => createHash("sha256").update(Buffer.from(key, "base64")).digest("hex");
const sshd = (port: number, key: string): PortSpec => ({
  port,
  service: { name: "ssh", product: "OpenSSH", version: "9.2p1" },
  scripts: [{ id: "ssh-hostkey", value: [{ type: "ssh-rsa", key }] }],
});
const web = (port: number, product: string, title?: string): PortSpec => ({
  port,
  service: { name: "http", product, version: "1" },
  ...(title === undefined ? {} : { scripts: [{ id: "http-title", value: { title } }] }),
});
const other = (port: number): PortSpec => ({ port, service: { name: "ftp", product: "vsftpd", version: "3" } });
const KEY = { "tcp/22": { ssh: `ssh-rsa:${digest("AAAA")}`, service: "ssh", product: "OpenSSH" } };
const NGINX = { "tcp/80": { service: "http", product: "nginx", http_title: "Billing" } };
const SSH_ROW = `${HEAD}10.0.0.5,22,tcp,ssh\n`;
const WEB_ROW = `${HEAD}10.0.0.5,80,tcp,http\n`;

interface Case {
  readonly name: string;
  readonly csv: string;
  readonly ports: readonly PortSpec[];
  readonly remembered?: typeof KEY | typeof NGINX | (typeof KEY & typeof NGINX);
  readonly kinds: readonly string[];
  readonly by?: MoveEvidence;
}

const APART = ["undeclared-open-port 2222", "expected-endpoint-down 22"];

describe("a declared service on another port", () => {
  it.each<Case>([
    {
      name: "the same key",
      csv: SSH_ROW,
      ports: [sshd(2222, "AAAA")],
      remembered: KEY,
      kinds: ["port-moved 2222"],
      by: "key",
    },
    {
      name: "the same key, whatever the declaration calls it",
      csv: `${HEAD}10.0.0.5,22,tcp,\n`,
      ports: [sshd(2222, "AAAA")],
      remembered: KEY,
      kinds: ["port-moved 2222"],
      by: "key",
    },
    {
      name: "another key: somebody else's server",
      csv: SSH_ROW,
      ports: [sshd(2222, "BBBB")],
      remembered: KEY,
      kinds: APART,
    },
    {
      name: "the key tells two servers apart",
      csv: SSH_ROW,
      ports: [sshd(222, "BBBB"), sshd(2222, "AAAA")],
      remembered: KEY,
      kinds: ["undeclared-open-port 222", "port-moved 2222"],
      by: "key",
    },
    {
      name: "one key on two ports is a tie",
      csv: SSH_ROW,
      ports: [sshd(222, "AAAA"), sshd(2222, "AAAA")],
      remembered: KEY,
      kinds: ["undeclared-open-port 222", ...APART],
    },
    {
      name: "the same title",
      csv: WEB_ROW,
      ports: [web(8080, "nginx", "Billing"), web(8081, "nginx", "Other")],
      remembered: NGINX,
      kinds: ["undeclared-open-port 8081", "port-moved 8080"],
      by: "title",
    },
    {
      name: "the same product",
      csv: WEB_ROW,
      ports: [web(8080, "nginx"), web(8081, "Apache httpd")],
      remembered: NGINX,
      kinds: ["undeclared-open-port 8081", "port-moved 8080"],
      by: "product",
    },
    {
      name: "another product: another application",
      csv: WEB_ROW,
      ports: [web(8081, "Apache httpd")],
      remembered: NGINX,
      kinds: ["undeclared-open-port 8081", "expected-endpoint-down 80"],
    },
    {
      name: "nothing remembered: the name of the service alone",
      csv: WEB_ROW,
      ports: [web(8081, "nginx")],
      kinds: ["port-moved 8081"],
      by: "service",
    },
    {
      name: "another service",
      csv: WEB_ROW,
      ports: [other(8081)],
      remembered: NGINX,
      kinds: ["undeclared-open-port 8081", "expected-endpoint-down 80"],
    },
    {
      name: "two at once",
      csv: `${SSH_ROW}10.0.0.5,80,tcp,http\n`,
      ports: [sshd(2222, "AAAA"), web(8080, "nginx")],
      remembered: { ...KEY, ...NGINX },
      kinds: ["port-moved 2222", "port-moved 8080"],
    },
  ])("$name", async ({ csv, ports, remembered, kinds, by }) => {
    const { report, kinds: found } = await compare(csv, ports, remembered === undefined ? {} : { remembered });
    expect(found).toEqual(kinds);
    const moved = report.findings.filter((f) => f.kind === "port-moved");
    if (by !== undefined) {
      expect(moved.map((f) => f.sameBy)).toEqual([by]);
      expect(moved[0]?.confidence).toBe(by === "service" ? "inferred" : "exact");
      expect(moved[0]?.reason).toContain(by === "service" ? "instead." : `with the same ${by}.`);
    }
  });

  it("findings that could be a pair, but for a tie, name each other", async () => {
    const { report } = await compare(SSH_ROW, [sshd(222, "AAAA"), sshd(2222, "AAAA")], { remembered: KEY });
    const reasons = report.findings.map((f) => f.reason);
    expect(reasons.filter((reason) => reason.endsWith("It may have moved: 22/tcp."))).toHaveLength(2);
    expect(reasons.filter((reason) => reason.endsWith("It may have moved: 222/tcp, 2222/tcp."))).toHaveLength(1);
  });
});
