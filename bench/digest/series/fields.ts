import { readFileSync } from "node:fs";
import { host, type Recording } from "../../../test/recorded/recording.ts";
import { but, httpPort, segment, sshPortOf } from "../../../test/recorded/segment.ts";
import type { HostSpec, PortSpec, ScriptNode } from "../../../test/support/nmap-xml.ts";
import { type Series, scans } from "./series.ts";

const A = "10.0.0.5";
const TEN = segment(10);
const DAY = 86_400_000;
const FIRST_SCAN_MS = 1_763_629_200_000;

const web = (version?: string, more: Partial<PortSpec["service"]> = {}) => {
  const port = httpPort(version);
  return [host(A, [{ ...port, service: { name: "http", ...port.service, ...more } }])];
};
const wrapped = [host(A, [{ port: 80, service: { name: "tcpwrapped", method: "probed", conf: 8 } }])];
const cpe = { cpe: ["cpe:/a:igor_sysoev:nginx:1.24.0"] };
const saying = (norm: string): Recording => [
  host(A, [script("tripline-banner", { schema: "1", norm }, { port: 25, name: "smtp" })]),
];
const system = (family: string, ttl = 64) =>
  but(
    TEN,
    4,
    (h): HostSpec => ({
      ...h,
      ports: [{ port: 22, ttl }],
      os: { matches: [{ name: `${family} 5`, accuracy: 96, family, vendor: family, type: "general purpose" }] },
    }),
  );
const keys = (of: Readonly<Record<string, string>>) =>
  but(TEN, 3, (h): HostSpec => ({ ...h, ports: [sshPortOf(of), httpPort("1.24.0")] }));
const BOTH = { "ssh-rsa": "an rsa key", "ssh-ed25519": "an ed25519 key" };
const printed = (digit: string): Recording =>
  but(TEN, 3, (h) => ({
    ...h,
    ports: [script("ssh-hostkey", [{ type: "ssh-rsa", fingerprint: digit.repeat(32) }], { port: 22, name: "ssh" })],
  }));

/** A certificate as nmap's tables tell it, of one host. */
const certificate = (value: ScriptNode): Recording => [
  host("10.0.0.4", [script("ssl-cert", value, { port: 443, name: "http" })], { mac: null }),
  host("10.0.0.9"),
];
const pem = (name: string): Recording =>
  certificate({
    subject: { commonName: "app0" },
    pem: readFileSync(new URL(`../../../test/fixtures/certificates/${name}.pem`, import.meta.url), "utf8"),
  });
const tables = (modulus: string, issuer: string, notBefore: number): Recording =>
  certificate({
    subject: { commonName: "app0.corp.example" },
    issuer: { commonName: issuer, organizationName: issuer },
    pubkey: { type: "rsa", bits: "2048", modulus: modulus.repeat(64) },
    sha1: modulus.padEnd(40, "0"),
    extensions: [{ name: "X509v3 Subject Alternative Name", value: "DNS:app0.corp.example, DNS:www.corp.example" }],
    validity: {
      notBefore: new Date(FIRST_SCAN_MS + notBefore).toISOString().slice(0, 19),
      notAfter: "2030-01-01T00:00:00",
    },
  });
const OLD = tables("c0ffee", "Corp", -DAY);
const RENEWED = tables("c0ffed", "Corp", DAY / 100);
const FOREIGN = tables("c0ffec", "Evil", DAY / 100);

function script(id: string, value: ScriptNode, on: { readonly port: number; readonly name: string }): PortSpec {
  return { port: on.port, service: { name: on.name, method: "probed" }, scripts: [{ id, output: "x", value }] };
}

const SERIES: readonly (readonly [string, readonly Recording[]])[] = [
  ["a version goes up, and back", [web("1.1"), web("1.2"), web("1.1")]],
  ["a version goes down", [web("1:9.2"), web("1:9.1")]],
  ["a third version supersedes the second", [web("1.1"), web("1.2"), web("1.0")]],
  ["a version is not seen once", [web("1.1"), web(), web("1.2")]],
  ["a version with its CPE", [web("1.24.0", cpe), web("1.26.0", { cpe: ["cpe:/a:igor_sysoev:nginx:1.26.0"] })]],
  ["another product", [web("1.1"), web("2.4", { product: "Apache httpd" })]],
  ["another protocol", [web("1.1"), web("9.2p1", { name: "ssh", product: "OpenSSH" }), web("1.1")]],
  ["TLS where there was none", [web("1.1"), web("1.1", { tunnel: "ssl" })]],
  ["a connection that was dropped", [web("1.1"), wrapped, wrapped]],
  ["what else it says", [web("1.1", { extrainfo: "Ubuntu" }), web("1.1", { extrainfo: "Debian" })]],
  ["the banner, and back", [saying("220 a ESMTP"), saying("220 b ESMTP"), saying("220 a ESMTP")]],
  ["another nmap", [web("1.1"), { hosts: web("1.2"), version: "7.95" }, { hosts: web("1.3"), version: "7.95" }]],
  ["another system, twice", [system("Linux"), system("Windows"), system("Windows"), system("Linux")]],
  ["another system with another time to live", [system("Linux"), system("Windows", 128), system("Linux")]],
  ["all host keys replaced", [keys(BOTH), keys({ "ssh-rsa": "x", "ssh-ed25519": "y" }), keys(BOTH)]],
  ["one host key replaced", [keys(BOTH), keys({ ...BOTH, "ssh-ed25519": "y" })]],
  ["a host key more and less", [keys({ "ssh-rsa": "an rsa key" }), keys(BOTH), keys({ "ssh-rsa": "an rsa key" })]],
  ["host keys by fingerprint", [printed("a"), printed("b")]],
  ["a certificate with the same key", [pem("first"), pem("renewed")]],
  ["a certificate with another key, and back", [pem("first"), pem("other-key"), pem("renewed")]],
  ["a certificate renewed twice", [OLD, RENEWED, RENEWED, tables("c0ffef", "Corp", DAY / 20)]],
  ["a foreign certificate, and back", [OLD, FOREIGN, FOREIGN, OLD]],
  ["a foreign certificate after a renewal", [OLD, RENEWED, FOREIGN, RENEWED]],
];

/** What answers on a port: software, banners, systems, keys and certificates. */
export const FIELDS: readonly Series[] = SERIES.map(([name, recordings]) => scans(`fields: ${name}`, recordings));
