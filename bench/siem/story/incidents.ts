import type { WorldHost, WorldPort, WorldService } from "../../churn/types.ts";
import { sshKeys, tcp } from "../../churn/world/ports.ts";
import { shiftedTo, systemOf } from "../../churn/world/systems.ts";

/** Something that happens to one or more machines of a segment, on top of the life that its world has anyway. */
export interface Incident {
  readonly name: string;
  /** Days from the begin of the story: the first scan that shows it, and the first that no longer does (null: it stays). */
  readonly from: number;
  readonly until: number | null;
  /** Which servers of the first scan, by their place in the order of addresses; `every` days one more of them. */
  readonly servers: readonly number[];
  readonly every?: number;
  readonly edit: (host: WorldHost, n: number) => WorldHost;
}

const plain = (name: string, product: string | null, more: Partial<WorldService> = {}): WorldService => ({
  name,
  product,
  version: null,
  extraInfo: null,
  tunnel: null,
  ...more,
});

const BIND_SHELL = plain("bindshell", "Bash shell", { extraInfo: "**BACKDOOR**; root shell" });
const REDIS = plain("redis", "Redis key-value store", { version: "7.0.15" });
const OLD_SSH = plain("ssh", "OpenSSH", { version: "7.4", extraInfo: "protocol 2.0" });
const SSH = plain("ssh", "OpenSSH", { version: "9.2p1", extraInfo: "protocol 2.0" });
const DOCKER = plain("docker", "Docker", { version: "20.10.24" });

const opening =
  (...ports: readonly WorldPort[]) =>
  (host: WorldHost): WorldHost =>
    withPorts(host, ports);
const odd = (count: number, first: number, step: number) =>
  Array.from({ length: count }, (_, i) => tcp(first + i * step, null));

/** What somebody who attacks does, or what breaks. */
export const HOSTILE: readonly Incident[] = [
  {
    name: "socks5",
    from: 7.6,
    until: null,
    servers: [2],
    edit: opening(tcp(1080, plain("socks5", null, { extraInfo: "No authentication" }))),
  },
  {
    name: "teamviewer",
    from: 7.9,
    until: null,
    servers: [3],
    edit: opening(tcp(5938, plain("teamviewer", "TeamViewer"))),
  },
  { name: "ssh on 2222", from: 8.1, until: 11, servers: [4], edit: opening(tcp(2222, SSH)) },
  { name: "redis", from: 8.4, until: null, servers: [5], edit: opening(tcp(6379, REDIS)) },
  { name: "docker", from: 8.4, until: 12, servers: [6], edit: opening(tcp(2375, DOCKER)) },
  { name: "telnet", from: 8.6, until: null, servers: [0], edit: opening(tcp(23, plain("telnet", "Linux telnetd"))) },
  { name: "bind shell", from: 8.9, until: null, servers: [7], edit: opening(tcp(4444, BIND_SHELL)) },
  { name: "unknown service", from: 9.1, until: null, servers: [8], edit: opening(tcp(5555, null)) },
  { name: "version downgrade", from: 9.3, until: null, servers: [1, 9], edit: (host) => sshOf(host, OLD_SSH) },
  { name: "port burst", from: 9.6, until: 12, servers: [10], edit: opening(...odd(12, 7001, 13)) },
  {
    name: "spread",
    from: 9.9,
    until: null,
    servers: [11, 12, 13, 14, 15, 16],
    every: 0.25,
    edit: opening(tcp(6556, null)),
  },
  { name: "host key", from: 10.2, until: null, servers: [17], edit: (host) => keysOf(host, 7) },
  { name: "certificate", from: 10.4, until: null, servers: [18, 19, 20], edit: (host) => foreignCertificate(host) },
  {
    name: "host takeover",
    from: 10.6,
    until: null,
    servers: [21],
    edit: (host) => keysOf(withPorts(shifted(host), [tcp(4443, null)]), 8),
  },
  { name: "slow burst", from: 8, until: null, servers: [25], edit: slowly },
  { name: "operating system", from: 11, until: null, servers: [22], edit: shifted },
  {
    name: "flapping",
    from: 7,
    until: null,
    servers: [24],
    edit: (host, n) => (n % 2 === 0 ? host : withPorts(host, [tcp(9999, null)])),
  },
];

/** Three more ports with every scan of two days: a broken scan in between changes nothing. */
function slowly(host: WorldHost, n: number): WorldHost {
  return withPorts(host, odd(Math.min(24, 3 * (n - 31)), 7301, 17));
}

/** The same people at a small place. */
export const HOSTILE_FEW: readonly Incident[] = [
  { name: "socks5", from: 7.6, until: null, servers: [0], edit: HOSTILE[0]?.edit ?? ((host) => host) },
  { name: "ssh on 2222", from: 8.1, until: 11, servers: [1], edit: opening(tcp(2222, SSH)) },
  { name: "redis", from: 8.4, until: null, servers: [2], edit: opening(tcp(6379, REDIS)) },
  { name: "port burst", from: 9.1, until: 10.4, servers: [1], edit: opening(...odd(12, 7001, 13)) },
];

function withPorts(host: WorldHost, ports: readonly WorldPort[]): WorldHost {
  const all = new Map([...host.ports, ...ports].map((port) => [port.number, port]));
  return { ...host, ports: [...all.values()].toSorted((a, b) => a.number - b.number) };
}

function eachPort(host: WorldHost, edit: (port: WorldPort) => WorldPort): WorldHost {
  return { ...host, ports: host.ports.map(edit) };
}

function sshOf(host: WorldHost, service: WorldService): WorldHost {
  return eachPort(host, (port) => (port.number === 22 ? { ...port, service } : port));
}

function keysOf(host: WorldHost, generation: number): WorldHost {
  const sshKeysOf = sshKeys(host.truth, generation);
  return eachPort(host, (port) => (port.sshKeys.length === 0 ? port : { ...port, sshKeys: sshKeysOf }));
}

function shifted(host: WorldHost): WorldHost {
  return host.os === null ? host : { ...host, os: shiftedTo("windowsServer", systemOf("linux"), false) };
}

function foreignCertificate(host: WorldHost): WorldHost {
  return eachPort(host, (port) => {
    const { certificate } = port;
    if (certificate === null) return port;
    const serial = `${certificate.serial} foreign`;
    return { ...port, certificate: { ...certificate, issuer: "Fortress CA", organisation: null, key: serial, serial } };
  });
}
