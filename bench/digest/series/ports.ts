import { host, open, type Recording } from "../../../test/recorded/recording.ts";
import type { HostSpec, NmapXmlSpec, PortSpec } from "../../../test/support/nmap-xml.ts";
import { type Series, scans } from "./series.ts";

const A = "10.0.0.5";
const TCP = { type: "syn", protocol: "tcp", services: "1-1000" };
const UDP = { type: "udp", protocol: "udp", services: "53,161" };
const one = (ports: readonly PortSpec[], more: Partial<HostSpec> = {}) => [host(A, ports, more)];
const only22 = one(open(22));
const with80 = one(open(22, 80));
const silent80 = one([{ port: 22 }, { port: 80, state: "filtered", reason: "no-response" }]);
const asking = (services: string, ...ports: number[]): NmapXmlSpec => ({
  hosts: one(open(...ports)),
  scaninfo: [{ ...TCP, services }],
});
const connect = (...ports: number[]): NmapXmlSpec => ({
  hosts: one(open(...ports)),
  scaninfo: [{ ...TCP, type: "connect" }],
});
const udp = (found: Partial<PortSpec> | null): NmapXmlSpec => ({
  hosts: one([{ port: 22 }, ...(found === null ? [] : [{ port: 161, proto: "udp" as const, ...found }])]),
  scaninfo: [TCP, UDP],
});
const sctp = (found: boolean): NmapXmlSpec => ({
  hosts: one(found ? [{ port: 3868, proto: "sctp", reason: "init-ack" }] : [], {
    extraports: [{ state: "closed", count: found ? 9 : 10, reason: "abort", proto: "sctp" }],
  }),
  scaninfo: [{ type: "sctpinit", protocol: "sctp", services: "3860-3869" }],
});
const SIX = "2001:db8::5";
/** One port of each class of service that the score knows. */
const EXPOSED = one(open(22, 21, 23, 25, 53, 80, 111, 139, 389, 443, 445, 512, 623, 873, 900, 999));

const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const B = host("10.0.0.6", open(22, 443));
const also = (...ports: number[]): readonly HostSpec[] => [host(A, open(22, ...ports)), B];
const quiet = also();
const everyPort = also(...range(23, 978), ...range(1, 21));

const SERIES: readonly (readonly [string, readonly Recording[]])[] = [
  ["opens, stays, closes, opens again", [only22, with80, with80, only22, only22, with80]],
  ["flaps", Array.from({ length: 14 }, (_, i) => (i % 3 === 0 ? with80 : only22))],
  ["closes by two resets and is back", [with80, only22, only22, with80]],
  ["closes by three silences", [with80, silent80, silent80, silent80]],
  ["UDP answers, then is unreachable", [udp(null), udp({ reason: "udp-response" }), udp(null), udp(null)]],
  ["UDP falls silent", [udp({ reason: "udp-response" }), udp({ state: "open|filtered", reason: "no-response" })]],
  ["SCTP", [sctp(false), sctp(true)]],
  ["IPv6", [22, 80].map((_, i) => [host(SIX, open(...[22, 80].slice(0, i + 1)), { mac: null })])],
  ["wider and narrower questions", [asking("1-100", 22), asking("1-1000", 22, 80, 443), asking("1-100", 22, 80)]],
  ["another technique", [only22, connect(22, 80), connect(22, 80, 81), only22]],
  ["services of every class, each in a scan of its own list", [only22, EXPOSED]],
  ["nine of many", [quiet, also(...range(100, 9))]],
  ["a burst that goes back", [quiet, also(...range(100, 30)), quiet, quiet]],
  ["a burst that lasts while a known port closes", [also(443), ...Array(3).fill(also(...range(100, 30)))]],
  ["a burst and a port later", [quiet, also(...range(100, 30)), also(...range(100, 30), 444)]],
  ["everywhere, then on a part, then nowhere", [quiet, everyPort, also(...range(100, 240)), quiet, quiet]],
  ["a burst on many hosts", [range(1, 4), range(1, 4)].map((all, i) => all.map((n) => burst(n, i)))],
];

function burst(n: number, scan: number): HostSpec {
  return host(`10.0.0.${n}`, open(22, ...(scan === 0 ? [] : range(100, 30))));
}

/** Ports that open, close, blink and burst. */
export const PORTS: readonly Series[] = [
  ...SERIES.map(([name, recordings]) => scans(`ports: ${name}`, recordings)),
  scans("ports: a burst in the last scan of learning", [quiet, quiet, everyPort, ...Array(4).fill(quiet)], {
    learnScans: 3,
  }),
  scans("ports: a change that is still learned", [only22, with80, only22, with80], { learnScans: 3 }),
];
