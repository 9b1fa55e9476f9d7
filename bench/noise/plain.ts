import type { HostSpec, PortSpec } from "../../test/support/nmap-xml.ts";
import { withDate } from "./hosts.ts";
import { scansOf, type Segment } from "./segment.ts";

const HOSTS = 100;

function address(i: number): string {
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

function httpPort(): PortSpec {
  return withDate({ port: 80, service: { name: "http", product: "nginx", version: "1.22.1" } }, DATE);
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
    ports: [sshPort(i), httpPort(), HTTPS, ...(i >= 90 ? QUIET_UDP : [])],
    os: { matches: [{ name: "Linux 4.15 - 5.6", accuracy: 100, family: "Linux" }] },
  };
}

/** The first of the list are altered; the new port of row 17 is on a host in the middle. */
const MIDDLE = { row: 17, from: 40 };

/** One hundred servers that look like one another: events over them are compared with those of earlier releases. */
export const PLAIN: Segment = {
  hosts: Array.from({ length: HOSTS }, (_, i) => baseHost(i)),
  free: "10.30.0.200",
  chosen: (row, list, many) => {
    const from = row === MIDDLE.row ? MIDDLE.from : 0;
    return list.slice(from, from + many);
  },
  scanXml: scansOf({ network: "10.30.0.0/24", addresses: 256 }),
};
