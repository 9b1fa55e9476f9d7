import { createHash } from "node:crypto";
import { includes, type Intervals, size } from "../../../src/lib/intervals.ts";
import type { ExtraSpec, HostSpec, PortSpec, ScriptSpec, ServiceSpec } from "../../../test/support/nmap-xml.ts";
import type { WorldCertificate, WorldHost, WorldPort } from "../types.ts";

/** What a run asked of every host: the answer holds this and nothing else. */
export interface Question {
  readonly transport: "tcp" | "udp";
  readonly ports: Intervals;
  /** nmap's reason for a closed port: a reset, or a refused connection. */
  readonly closedReason: string;
  /** `-sV`. */
  readonly services: boolean;
  /** Manifest ids. */
  readonly scripts: readonly string[];
  readonly osDetection: boolean;
  /** PTR names are looked up. */
  readonly names: boolean;
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  /** Round trip, microseconds. */
  readonly srtt: number;
}

/** Ports of one state are counted instead of listed when there are more of them than this, as nmap does. */
const MOST_LISTED = 25;

/** One machine as nmap would print it after this question. */
export function hostSpec(host: WorldHost, asked: Question): HostSpec {
  const open = host.ports.filter((port) => port.transport === asked.transport && includes(asked.ports, port.number));
  const vendor = host.macVendor === null ? {} : { vendor: host.macVendor };
  return {
    address: host.address,
    mac: host.mac,
    ...vendor,
    names: asked.names && host.name !== null ? [host.name] : [],
    reason: host.mac === null ? "echo-reply" : "arp-response",
    start: asked.start,
    end: asked.end,
    srtt: asked.srtt,
    ...portsOf(open, asked),
    ...(asked.osDetection && host.os !== null ? { os: { matches: host.os.matches } } : {}),
  };
}

function portsOf(open: readonly WorldPort[], asked: Question): Pick<HostSpec, "ports" | "extraports"> {
  const listed = open.map((port) => openPort(port, asked));
  const closed = size(asked.ports) - open.length;
  const { closedReason: reason, transport: proto } = asked;
  if (closed > MOST_LISTED) {
    const extraports: readonly ExtraSpec[] = [{ state: "closed", count: closed, reason, proto }];
    return { ports: listed, extraports };
  }
  const names = new Set(open.map((port) => port.number));
  const silent: PortSpec[] = [];
  for (const [from, to] of asked.ports) {
    for (let port = from; port <= to; port++)
      if (!names.has(port)) silent.push({ port, proto, state: "closed", reason });
  }
  return { ports: [...listed, ...silent].toSorted((a, b) => a.port - b.port), extraports: [] };
}

function openPort(port: WorldPort, asked: Question): PortSpec {
  const { number, transport: proto } = port;
  const scripts = scriptsOf(port).filter(({ id }) => asked.scripts.includes(id));
  return {
    port: number,
    proto,
    reason: proto === "udp" ? "udp-response" : "syn-ack",
    service: asked.services ? probed(port) : { name: tableName(number), method: "table", conf: 3 },
    ...(asked.services && scripts.length > 0 ? { scripts } : {}),
  };
}

/** What answered the probes of `-sV`; whoever said nothing has the name that the table has for the port. */
function probed({ service, number }: WorldPort): ServiceSpec {
  if (service === null) return { name: tableName(number), method: "table", conf: 3 };
  const { name, product, version, extraInfo, tunnel } = service;
  return {
    name,
    ...(product === null ? {} : { product }),
    ...(version === null ? {} : { version }),
    ...(extraInfo === null ? {} : { extrainfo: extraInfo }),
    ...(tunnel === null ? {} : { tunnel }),
    method: "probed",
    conf: name === "tcpwrapped" ? 8 : 10,
  };
}

// Some rows of nmap-services; nmap names every other port "unknown".
const TABLE: ReadonlyMap<number, string> = new Map([
  [21, "ftp"],
  [22, "ssh"],
  [23, "telnet"],
  [25, "smtp"],
  [53, "domain"],
  [80, "http"],
  [111, "rpcbind"],
  [135, "msrpc"],
  [139, "netbios-ssn"],
  [389, "ldap"],
  [443, "https"],
  [445, "microsoft-ds"],
  [515, "printer"],
  [554, "rtsp"],
  [631, "ipp"],
  [1433, "ms-sql-s"],
  [1883, "mqtt"],
  [3306, "mysql"],
  [3389, "ms-wbt-server"],
  [4444, "krb524"],
  [5432, "postgresql"],
  [5900, "vnc"],
  [8000, "http-alt"],
  [8080, "http-proxy"],
  [8443, "https-alt"],
  [9100, "jetdirect"],
]);

function tableName(port: number): string {
  return TABLE.get(port) ?? "unknown";
}

function scriptsOf({ sshKeys, certificate }: WorldPort): readonly ScriptSpec[] {
  return [...(sshKeys.length > 0 ? [hostKeys(sshKeys)] : []), ...(certificate === null ? [] : [sslCert(certificate)])];
}

/** The host key that a seed stands for, in base64. */
export function sshKeyOf(seed: string): { readonly type: string; readonly key: string } {
  const [type = ""] = seed.split(" ");
  return { type, key: Buffer.from(hexOf(seed), "hex").toString("base64") };
}

function hostKeys(seeds: readonly string[]): ScriptSpec {
  const value = seeds.map((seed) => {
    const fingerprint = hexOf(`md5 ${seed}`).slice(0, 32);
    return { ...sshKeyOf(seed), bits: "256", fingerprint };
  });
  return { id: "ssh-hostkey", output: "256 …", value };
}

/** As the script prints it, without the certificate itself: its tables tell all that is compared. */
function sslCert(certificate: WorldCertificate): ScriptSpec {
  const names = certificate.names.map((name) => `DNS:${name}`).join(", ");
  const organisation = certificate.organisation === null ? {} : { organizationName: certificate.organisation };
  const print = hexOf(`${certificate.key} ${certificate.serial}`);
  return {
    id: "ssl-cert",
    output: `Subject: commonName=${certificate.subject}`,
    value: {
      subject: { commonName: certificate.subject },
      issuer: { commonName: certificate.issuer, ...organisation },
      pubkey: { type: "rsa", bits: "2048", modulus: hexOf(certificate.key).toUpperCase(), exponent: "65537" },
      extensions: [{ name: "X509v3 Subject Alternative Name", value: names }],
      sig_algo: "sha256WithRSAEncryption",
      validity: { notBefore: timeText(certificate.notBefore), notAfter: timeText(certificate.notAfter) },
      sha256: print,
    },
  };
}

function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}

const digests = new Map<string, string>();

/** 64 hexadecimal digits that stand for a seed. */
function hexOf(seed: string): string {
  const known = digests.get(seed);
  if (known !== undefined) return known;
  const digest = createHash("sha256").update(seed).digest("hex");
  digests.set(seed, digest);
  return digest;
}
