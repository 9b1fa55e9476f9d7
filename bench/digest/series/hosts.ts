import { host, open, type Recording } from "../../../test/recorded/recording.ts";
import { but, httpPort, mac, plus, segment, sshPort } from "../../../test/recorded/segment.ts";
import type { HostSpec } from "../../../test/support/nmap-xml.ts";
import { type Series, scans } from "./series.ts";

const TEN = segment(10);
const FIFTY = segment(50);
const HUNDRED = segment(100);
const bare = (hosts: readonly HostSpec[]) => hosts.map((h) => ({ ...h, mac: null }));
const noKeys = (hosts: readonly HostSpec[]) => hosts.map((h) => ({ ...h, ports: (h.ports ?? []).slice(1) }));
const stranger = host("10.0.0.50", [sshPort("a stranger's key"), { port: 3389 }], { mac: mac(50) });
const gone = but(TEN, 3, () => null);
const at = (address: string) => but(TEN, 3, (h) => ({ ...h, address }));
const swapped = TEN.map((h, i) => (i === 3 || i === 4 ? { ...h, address: TEN[7 - i]?.address ?? "" } : h));
const another = (n: number) =>
  but(TEN, 3, (h) => ({ ...h, mac: mac(80 + n), ports: [sshPort(`key ${n}`), httpPort("1.24.0")] }));
const named = (...names: string[]) => but(TEN, 3, (h) => ({ ...h, names }));
const clones = TEN.map((h, i) => (i < 3 ? { ...h, ports: [sshPort("the image's key"), httpPort("1.24.0")] } : h));
const with444 = (hosts: readonly HostSpec[], n: number) => hosts.map((h, i) => (i < n ? plus(h, { port: 444 }) : h));
const updated = (version: string) =>
  FIFTY.map((h): HostSpec => ({ ...h, ports: [...(h.ports ?? []).slice(0, 1), httpPort(version)] }));
const down = but(TEN, 3, ({ address }): HostSpec => ({ address, state: "down" }));
const ping = (hosts: readonly HostSpec[]): Recording => ({
  hosts: hosts.map(({ address, mac: m, names }) => ({ address, mac: m ?? null, names: names ?? [] })),
  scaninfo: [],
  args: "nmap -sn 10.0.0.0/24",
});

const SERIES: readonly (readonly [string, readonly Recording[]])[] = [
  ["the same again and again", [TEN, TEN, TEN]],
  ["a stranger that leaves again", [TEN, [...TEN, stranger], TEN, TEN, TEN]],
  ["three strangers", [TEN, [...TEN, stranger, host("10.0.0.51", open(23)), host("10.0.0.52", [], { mac: null })]]],
  ["gone, and back", [TEN, gone, gone, gone, TEN]],
  ["listed as down", [TEN, down, down, down]],
  [
    "another machine where one left",
    [TEN, gone, gone, gone, but(TEN, 3, (h) => ({ ...stranger, address: h.address }))],
  ],
  ["moved, moved on, and back", [TEN, at("10.0.0.77"), at("10.0.0.78"), TEN]],
  ["moved with its key alone", [bare(TEN), bare(at("10.0.0.77"))]],
  ["moved and opened a port", [TEN, but(at("10.0.0.77"), 3, (h) => plus(h, { port: 444 }))]],
  ["exchanged their addresses", [TEN, swapped]],
  ["a further clone", [clones, [...clones, { ...stranger, ports: [sshPort("the image's key")] }]]],
  ["another name", [TEN, named("other.corp.example"), named(), TEN]],
  ["another MAC, same key", [TEN, but(TEN, 3, (h) => ({ ...h, mac: mac(88) }))]],
  ["another MAC and another name", [noKeys(TEN), noKeys(but(named("x.example"), 3, (h) => ({ ...h, mac: mac(88) })))]],
  ["other machines", [TEN, another(1), another(1), another(2), TEN]],
  ["a ping scan", [TEN, [...gone, stranger], gone, gone].map(ping)],
  ["two with the same change", [FIFTY, with444(FIFTY, 2)]],
  ["three with the same change, one more, fewer, none", [3, 4, 2, 0, 0].map((n) => with444(FIFTY, n))],
  ["a rollout and its way back", [FIFTY, with444(FIFTY, 3), with444(FIFTY, 5), FIFTY, FIFTY]],
  ["a package update of the fleet", [FIFTY, updated("1.26.0"), updated("1.26.0"), FIFTY]],
  ["vanished together", [FIFTY, ...Array(3).fill(FIFTY.slice(0, 40))]],
  ["a vantage that loses half, and recovers", [HUNDRED, HUNDRED.slice(0, 50), HUNDRED.slice(0, 50), HUNDRED, HUNDRED]],
  ["aborted in the middle", [TEN, { hosts: with444(TEN.slice(0, 3), 2), exit: "error", errorMessage: "x" }, TEN]],
  ["host-timeout", [TEN, but(TEN, 3, (h): HostSpec => ({ ...h, timedOut: true })), TEN]],
  ["a file that is no scan", [TEN, "this is not XML", with444(TEN, 1)]],
  [
    "a smaller and a wider scope",
    [{ hosts: TEN.slice(0, 7), args: "nmap 10.0.0.0/29", down: 1 }, TEN, with444(TEN, 1)],
  ],
];

/** Hosts that come, go, move and change together, and scans that saw less than they should. */
export const HOSTS: readonly Series[] = SERIES.map(([name, recordings]) => scans(`hosts: ${name}`, recordings));
