import type { HostSpec, PortSpec } from "../../test/support/nmap-xml.ts";
import { USUAL_OS, withDate } from "./hosts.ts";
import { SCANINFO, type Segment, TCP_COUNT, UDP_COUNT } from "./segment.ts";

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
  /** With the numbers for a segment of 100 hosts. */
  readonly title: string;
  readonly answer: string;
  /** XML of the second scan. */
  readonly second: (segment: Segment) => string;
  readonly expected: Expected;
}

const QUIET: Expected = { high: 0, lowAtMost: 0, health: [], verdict: "ok", completeness: "complete" };
const DEGRADED: Expected = { ...QUIET, health: ["vantage-degraded"], verdict: "degraded" };

type Change = (host: HostSpec, i: number) => HostSpec;

interface Choice {
  readonly row: number;
  readonly many: number;
  /** Absent: each of the hosts. */
  readonly can?: (host: HostSpec) => boolean;
}

/** The second scan, with this many hosts changed: chance chooses them among those that can be. */
function changed({ row, many, can = () => true }: Choice, change: Change) {
  return (segment: Segment) => {
    const chosen = segment.chosen(row, segment.hosts.filter(can), many);
    const hosts = segment.hosts.map((host) => (chosen.includes(host) ? change(host, chosen.indexOf(host)) : host));
    return segment.scanXml(1, hosts);
  };
}

function everywhere(change: Change) {
  return (segment: Segment) => segment.scanXml(1, segment.hosts.map(change));
}

function withPorts(host: HostSpec, change: (ports: readonly PortSpec[]) => readonly PortSpec[]): HostSpec {
  return { ...host, ports: change(host.ports ?? []) };
}

function has(wanted: (port: PortSpec) => boolean): (host: HostSpec) => boolean {
  return (host) => (host.ports ?? []).some(wanted);
}

/** Each host takes the address of the next one and keeps everything else. */
function permuted(segment: Segment): string {
  const chosen = segment.chosen(7, segment.hosts, 20);
  const next = new Map(chosen.map((host, i) => [host, chosen[(i + 1) % chosen.length]?.address]));
  const hosts = segment.hosts.map((host) => ({ ...host, address: next.get(host) ?? host.address }));
  return segment.scanXml(1, hosts);
}

function halved(segment: Segment): string {
  return segment.scanXml(1, segment.chosen(3, segment.hosts, segment.hosts.length / 2));
}

function without443(segment: Segment): string {
  const scaninfo = SCANINFO.map((s) =>
    s.protocol === "tcp" ? { ...s, services: s.services.replace("1-990", "1-442,444-990") } : s,
  );
  const hosts = segment.hosts.map((host) => withPorts(host, (ports) => ports.filter((p) => p.port !== 443)));
  return segment.scanXml(1, hosts, { scaninfo });
}

function extraports(state: string, missing: number) {
  const reason = state === "closed" ? "reset" : "no-response";
  return everywhere((host) => {
    const tcp = (host.ports ?? []).filter((p) => p.proto !== "udp").length;
    const udp = (host.ports ?? []).length - tcp;
    return {
      ...host,
      extraports: [
        { state, reason, count: TCP_COUNT - tcp - missing, proto: "tcp" },
        { state: "closed", reason: "port-unreach", count: UDP_COUNT - udp, proto: "udp" },
      ],
    };
  });
}

function cutInTheMiddle(segment: Segment): string {
  const xml = segment.scanXml(1, segment.hosts);
  let end = 0;
  for (let i = 0; i < segment.hosts.length * 0.6; i++) end = xml.indexOf("</host>", end) + "</host>".length;
  return xml.slice(0, end);
}

function withOs(host: HostSpec, change: (name: string) => string, accuracy = 100): HostSpec {
  const matches = (host.os?.matches ?? []).map((one) => ({ ...one, name: change(one.name), accuracy }));
  return { ...host, os: { matches } };
}

function withRogue(segment: Segment): string {
  const rogue: HostSpec = {
    address: segment.free,
    mac: "00:1B:21:3C:FF:01",
    ports: [{ port: 22, service: { name: "ssh", product: "dropbear", version: "2022.83" } }],
  };
  return segment.scanXml(1, [...segment.hosts, rogue]);
}

/** The rows of the noise suite, in its order. */
export const ROWS: readonly Row[] = [
  { n: 1, title: "identical", answer: "0", second: (segment) => segment.scanXml(1, segment.hosts), expected: QUIET },
  {
    n: 2,
    title: "empty but valid (vantage outage)",
    answer: "1 degraded",
    second: (segment) => segment.scanXml(1, []),
    expected: DEGRADED,
  },
  {
    n: 3,
    title: "half the hosts missing",
    answer: "1 degraded",
    second: halved,
    expected: DEGRADED,
  },
  {
    n: 4,
    title: "XML cut after host 60",
    answer: "1 scan-partial",
    second: cutInTheMiddle,
    expected: { ...QUIET, health: ["scan-partial"], completeness: "partial" },
  },
  {
    n: 5,
    title: "DNS outage, no names",
    answer: "0–1",
    second: everywhere((host) => ({ ...host, names: [] })),
    expected: DEGRADED,
  },
  {
    n: 6,
    title: "PTR renamed on 10",
    answer: "≤ 10 low",
    second: changed({ row: 6, many: 10 }, (host, i) => ({ ...host, names: [`renamed${i}.corp.example`] })),
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
    second: changed({ row: 9, many: 10 }, (host) => ({ ...host, timedOut: true })),
    expected: { ...QUIET, health: ["scan-partial"], completeness: "partial" },
  },
  {
    n: 10,
    title: "extraports closed → filtered everywhere",
    answer: "0",
    second: extraports("filtered", 0),
    expected: QUIET,
  },
  {
    n: 11,
    title: "extraports one too few",
    answer: "0",
    second: extraports("closed", 1),
    expected: { ...QUIET, health: ["scan-partial"], completeness: "partial" },
  },
  {
    n: 12,
    title: "udp open|filtered vanishes on 10",
    answer: "0",
    second: changed({ row: 12, many: 10, can: has((p) => p.proto === "udp") }, (host) =>
      withPorts(host, (ports) => ports.filter((p) => p.proto !== "udp")),
    ),
    expected: QUIET,
  },
  {
    n: 13,
    title: "http-date differs everywhere",
    answer: "0",
    second: everywhere((host) =>
      withPorts(host, (ports) => ports.map((p) => (p.port === 80 ? withDate(p, "Fri, 20 Nov 2026 10:00:02 GMT") : p))),
    ),
    expected: QUIET,
  },
  {
    n: 14,
    title: "OS accuracy 100 → 95",
    answer: "0",
    second: everywhere((host) => withOs(host, (name) => name, 95)),
    expected: QUIET,
  },
  {
    n: 15,
    title: "OS guess 4.15-5.6 → 4.15-5.8",
    answer: "0–1 low, grouped",
    second: everywhere((host) => withOs(host, (name) => (name === USUAL_OS ? "Linux 4.15 - 5.8" : name))),
    expected: { ...QUIET, lowAtMost: 1 },
  },
  {
    n: 16,
    title: "-sV failed once on 5 (nginx → tcpwrapped)",
    answer: "0",
    second: changed({ row: 16, many: 5, can: has((p) => p.port === 443) }, (host) =>
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
    second: changed({ row: 17, many: 1 }, (host) => withPorts(host, (ports) => [...ports, { port: 4444 }])),
    expected: { ...QUIET, high: 1 },
  },
  {
    n: 18,
    title: "real: rogue host",
    answer: "1 high",
    second: withRogue,
    expected: { ...QUIET, high: 1 },
  },
];
