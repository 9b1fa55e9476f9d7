import type { HostSpec, PortSpec } from "../../test/support/nmap-xml.ts";
import { address, baseHosts, httpPort, SCANINFO, scanXml, TCP_COUNT } from "./segment.ts";

/** What the right answer to the second scan is, as far as a machine can check it. */
export interface Expected {
  /** Anomalies of severity high or critical. */
  readonly high: number;
  /** Most anomalies of lower severity. */
  readonly lowAtMost: number;
  /** Health kinds that must be there, exactly these besides `rebaselined`. */
  readonly health: readonly string[];
  readonly verdict: "ok" | "degraded";
  readonly completeness: "complete" | "partial";
}

export interface Row {
  readonly n: number;
  readonly title: string;
  readonly answer: string;
  /** XML of the second scan. */
  readonly second: () => string;
  readonly expected: Expected;
}

const QUIET: Expected = { high: 0, lowAtMost: 0, health: [], verdict: "ok", completeness: "complete" };
const DEGRADED: Expected = { ...QUIET, health: ["vantage-degraded"], verdict: "degraded" };

function changed(from: number, to: number, change: (host: HostSpec, i: number) => HostSpec): string {
  return scanXml(
    1,
    baseHosts().map((host, i) => (i >= from && i < to ? change(host, i) : host)),
  );
}

function withPorts(host: HostSpec, change: (ports: readonly PortSpec[]) => readonly PortSpec[]): HostSpec {
  return { ...host, ports: change(host.ports ?? []) };
}

/** Each host takes the address of the next one and keeps everything else. */
function permuted(): string {
  const hosts = baseHosts();
  return scanXml(
    1,
    hosts.map((host, i) => (i < 20 ? { ...host, address: address((i + 1) % 20) } : host)),
  );
}

function without443(): string {
  const scaninfo = SCANINFO.map((s) =>
    s.protocol === "tcp" ? { ...s, services: s.services.replace("1-990", "1-442,444-990") } : s,
  );
  const hosts = baseHosts().map((host) => withPorts(host, (ports) => ports.filter((p) => p.port !== 443)));
  return scanXml(1, hosts, { scaninfo });
}

function extraports(state: string, missing: number): string {
  const hosts = baseHosts().map((host): HostSpec => {
    const tcp = (host.ports ?? []).filter((p) => p.proto !== "udp").length;
    const udp = (host.ports ?? []).length - tcp;
    const reason = state === "closed" ? "reset" : "no-response";
    return {
      ...host,
      extraports: [
        { state, reason, count: TCP_COUNT - tcp - missing, proto: "tcp" },
        { state: "closed", reason: "port-unreach", count: 3 - udp, proto: "udp" },
      ],
    };
  });
  return scanXml(1, hosts);
}

function cutAfterHost(n: number): string {
  const xml = scanXml(1, baseHosts());
  let end = 0;
  for (let i = 0; i < n; i++) end = xml.indexOf("</host>", end) + "</host>".length;
  return xml.slice(0, end);
}

const ROGUE: HostSpec = {
  address: "10.30.0.200",
  mac: "00:1B:21:3C:FF:01",
  ports: [{ port: 22, service: { name: "ssh", product: "dropbear", version: "2022.83" } }],
};

/** The rows of the noise suite, in its order. */
export const ROWS: readonly Row[] = [
  { n: 1, title: "identical", answer: "0", second: () => scanXml(1, baseHosts()), expected: QUIET },
  {
    n: 2,
    title: "empty but valid (vantage outage)",
    answer: "1 degraded",
    second: () => scanXml(1, []),
    expected: DEGRADED,
  },
  {
    n: 3,
    title: "half the hosts missing",
    answer: "1 degraded",
    second: () => scanXml(1, baseHosts().slice(0, 50)),
    expected: DEGRADED,
  },
  {
    n: 4,
    title: "XML cut after host 60",
    answer: "1 scan-partial",
    second: () => cutAfterHost(60),
    expected: { ...QUIET, health: ["scan-partial"], completeness: "partial" },
  },
  {
    n: 5,
    title: "DNS outage, no names",
    answer: "0–1",
    second: () => changed(0, 100, (host) => ({ ...host, names: [] })),
    expected: DEGRADED,
  },
  {
    n: 6,
    title: "PTR renamed on 10",
    answer: "≤ 10 low",
    second: () => changed(0, 10, (host, i) => ({ ...host, names: [`renamed${i}.corp.example`] })),
    expected: { ...QUIET, lowAtMost: 10 },
  },
  {
    n: 7,
    title: "20 hosts permute addresses",
    answer: "0 alerts, 20 moved (info)",
    second: permuted,
    expected: { ...QUIET, lowAtMost: 20 },
  },
  { n: 8, title: "port range shrunk (443 not scanned)", answer: "0", second: without443, expected: QUIET },
  {
    n: 9,
    title: "10 hosts hit host-timeout",
    answer: "0 alerts, 10 not measured",
    second: () => changed(0, 10, (host) => ({ ...host, timedOut: true })),
    expected: { ...QUIET, health: ["scan-partial"], completeness: "partial" },
  },
  {
    n: 10,
    title: "extraports closed → filtered everywhere",
    answer: "0",
    second: () => extraports("filtered", 0),
    expected: QUIET,
  },
  {
    n: 11,
    title: "extraports one too few",
    answer: "0",
    second: () => extraports("closed", 1),
    expected: { ...QUIET, health: ["scan-partial"], completeness: "partial" },
  },
  {
    n: 12,
    title: "udp open|filtered vanishes on 10",
    answer: "0",
    second: () => changed(90, 100, (host) => withPorts(host, (ports) => ports.filter((p) => p.proto !== "udp"))),
    expected: QUIET,
  },
  {
    n: 13,
    title: "http-date differs everywhere",
    answer: "0",
    second: () =>
      changed(0, 100, (host) =>
        withPorts(host, (ports) => ports.map((p) => (p.port === 80 ? httpPort("Fri, 20 Nov 2026 10:00:02 GMT") : p))),
      ),
    expected: QUIET,
  },
  {
    n: 14,
    title: "OS accuracy 100 → 95",
    answer: "0",
    second: () =>
      changed(0, 100, (host) => ({
        ...host,
        os: { matches: [{ name: "Linux 4.15 - 5.6", accuracy: 95, family: "Linux" }] },
      })),
    expected: QUIET,
  },
  {
    n: 15,
    title: "OS guess 4.15-5.6 → 4.15-5.8",
    answer: "0–1 low, grouped",
    second: () =>
      changed(0, 100, (host) => ({
        ...host,
        os: { matches: [{ name: "Linux 4.15 - 5.8", accuracy: 100, family: "Linux" }] },
      })),
    expected: { ...QUIET, lowAtMost: 1 },
  },
  {
    n: 16,
    title: "-sV failed once on 5 (nginx → tcpwrapped)",
    answer: "0",
    second: () =>
      changed(0, 5, (host) =>
        withPorts(host, (ports) =>
          ports.map((p) =>
            p.port === 443 ? { port: 443, service: { name: "tcpwrapped", method: "probed", conf: 8 } } : p,
          ),
        ),
      ),
    expected: QUIET,
  },
  {
    n: 17,
    title: "real: new port 4444 on one host",
    answer: "1 high",
    second: () => changed(40, 41, (host) => withPorts(host, (ports) => [...ports, { port: 4444 }])),
    expected: { ...QUIET, high: 1 },
  },
  {
    n: 18,
    title: "real: rogue host",
    answer: "1 high",
    second: () => scanXml(1, [...baseHosts(), ROGUE]),
    expected: { ...QUIET, high: 1 },
  },
];

export const FIRST_SCAN = () => scanXml(0, baseHosts());
