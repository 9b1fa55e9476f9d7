import { type HostSpec, nmapXml, type NmapXmlSpec, type PortSpec } from "../../test/support/nmap-xml.ts";

/** The segment of the noise suite: 100 servers that look like one another, all measured completely. */

const TCP = "1-990,3306,5432,6379,8080,8443,9090,3000,4444,8888,5000";
export const TCP_COUNT = 1000;
/** One UDP port beside them, so that `open|filtered` can come and go. */
const UDP = "53,123,161";

export const SCANINFO = [
  { type: "syn", protocol: "tcp", services: TCP },
  { type: "udp", protocol: "udp", services: UDP },
];

const HOSTS = 100;
const ARGS = "nmap -sS -sU -sV -O -v --script ssh-hostkey,http-date -oX scan.xml 10.30.0.0/24";

export function address(i: number): string {
  return `10.30.0.${i + 1}`;
}

function nameOf(i: number): string {
  return `app${String(i + 1).padStart(3, "0")}.corp.example`;
}

/** Universally administered, different per host; independent of the address, so that a host can move with it. */
function macOf(i: number): string {
  return `00:1B:21:3C:00:${i.toString(16).padStart(2, "0").toUpperCase()}`;
}

function sshPort(i: number): PortSpec {
  const key = Buffer.from(`host key of ${nameOf(i)}`).toString("base64");
  return {
    port: 22,
    service: { name: "ssh", product: "OpenSSH", version: "9.2p1", extrainfo: "protocol 2.0" },
    scripts: [
      { id: "ssh-hostkey", output: "256 …", value: [{ type: "ssh-ed25519", bits: "256", fingerprint: "00", key }] },
    ],
  };
}

export function httpPort(date: string): PortSpec {
  return {
    port: 80,
    service: { name: "http", product: "nginx", version: "1.22.1" },
    scripts: [{ id: "http-date", output: `${date}; 0s from local time.`, value: date }],
  };
}

const HTTPS: PortSpec = {
  port: 443,
  service: { name: "http", product: "nginx", version: "1.22.1", tunnel: "ssl" },
};

/** Silent UDP ports of the last ten hosts. */
const QUIET_UDP: readonly PortSpec[] = [{ port: 161, proto: "udp", state: "open|filtered", reason: "no-response" }];

const DATE = "Fri, 20 Nov 2026 09:30:14 GMT";

function baseHost(i: number): HostSpec {
  return {
    address: address(i),
    mac: macOf(i),
    names: [nameOf(i)],
    ports: [sshPort(i), httpPort(DATE), HTTPS, ...(i >= 90 ? QUIET_UDP : [])],
    os: { matches: [{ name: "Linux 4.15 - 5.6", accuracy: 100, family: "Linux" }] },
  };
}

export function baseHosts(): readonly HostSpec[] {
  return Array.from({ length: HOSTS }, (_, i) => baseHost(i));
}

const FIRST = 1_763_629_200;
const HALF_HOUR = 1800;

/** The `n`th scan of the segment (from 0), half an hour apart; 256 addresses, those without a host are down. */
export function scanXml(n: number, hosts: readonly HostSpec[], changes: NmapXmlSpec = {}): string {
  const start = FIRST + n * HALF_HOUR;
  return nmapXml({
    args: ARGS,
    scaninfo: SCANINFO,
    start,
    finished: start + 60,
    down: 256 - hosts.length,
    hosts,
    ...changes,
  });
}
