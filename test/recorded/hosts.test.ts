import { describe, expect, it } from "vitest";
import type { HostSpec } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { host, open, type Recording } from "./recording.ts";
import { but, httpPort, mac, plus, segment, sshPort } from "./segment.ts";

const TEN = segment(10);
const bare = (hosts: readonly HostSpec[]) => hosts.map((h) => ({ ...h, mac: null }));
const noKeys = (hosts: readonly HostSpec[]) => hosts.map((h) => ({ ...h, ports: (h.ports ?? []).slice(1) }));
const stranger = host("10.0.0.50", [sshPort("a stranger's key")], { mac: mac(50) });
const gone = but(TEN, 3, () => null);
const at = (address: string) => but(TEN, 3, (h) => ({ ...h, address }));
const swapped = (hosts: readonly HostSpec[]) =>
  hosts.map((h, i) => (i === 3 || i === 4 ? { ...h, address: hosts[7 - i]?.address ?? "" } : h));
const another = (n: number) =>
  but(TEN, 3, (h) => ({ ...h, mac: mac(80 + n), ports: [sshPort(`key ${n}`), httpPort("1.24.0")] }));
const named = (...names: string[]) => but(TEN, 3, (h) => ({ ...h, names }));
const local = (n: number) => but(TEN, 3, (h) => ({ ...h, mac: `02:00:00:00:00:0${n}`, ports: open(22, 80) }));
const clones = TEN.map((h, i) => (i < 3 ? { ...h, ports: [sshPort("the image's key"), httpPort("1.24.0")] } : h));
const router = (address: string) => host(address, open(22), { mac: "00:00:5E:00:01:0A" });

describe("hosts of recorded scans", () => {
  it.each<[string, readonly Recording[], readonly string[]]>([
    ["the same file again and again", [TEN, TEN, TEN], []],
    ["a stranger", [TEN, [...TEN, stranger]], ["host-appeared 10.0.0.50"]],
    [
      "a stranger without MAC, keys and open ports",
      [TEN, [...TEN, host("10.0.0.50", [], { mac: null })]],
      ["host-appeared 10.0.0.50"],
    ],
    ["a stranger that leaves again", [TEN, [...TEN, stranger], TEN, TEN, TEN], ["host-appeared 10.0.0.50 resolved"]],
    ["two silences say nothing yet", [TEN, gone, gone], []],
    ["three silences", [TEN, gone, gone, gone], ["host-disappeared 10.0.0.4"]],
    [
      "three silences, listed as down",
      [TEN, ...Array(3).fill(but(TEN, 3, ({ address }) => ({ address, state: "down" })))],
      ["host-disappeared 10.0.0.4"],
    ],
    ["back again", [TEN, gone, gone, gone, TEN], ["host-disappeared 10.0.0.4 resolved"]],
    ["two silences, back, two silences", [TEN, gone, gone, TEN, gone, gone], []],
    [
      "another machine where one left long ago",
      [TEN, gone, gone, gone, but(TEN, 3, (h) => ({ ...stranger, address: h.address }))],
      ["host-disappeared 10.0.0.4", "host-appeared 10.0.0.4"],
    ],
    ["moved with key, MAC and name", [TEN, at("10.0.0.77")], ["host-moved 10.0.0.77"]],
    ["moved with its key alone", [bare(TEN), bare(at("10.0.0.77"))], ["host-moved 10.0.0.77"]],
    ["moved with its MAC alone", [noKeys(TEN), noKeys(at("10.0.0.77"))], ["host-moved 10.0.0.77"]],
    [
      "moved to an address with another name",
      [TEN, but(at("10.0.0.77"), 3, (h) => ({ ...h, names: ["dhcp77.corp.example"] }))],
      ["host-moved 10.0.0.77"],
    ],
    ["moved and back", [TEN, at("10.0.0.77"), TEN], ["host-moved 10.0.0.77 resolved"]],
    ["moved on", [TEN, at("10.0.0.77"), at("10.0.0.78")], ["host-moved 10.0.0.77 resolved", "host-moved 10.0.0.78"]],
    [
      "moved and opened a port",
      [TEN, but(at("10.0.0.77"), 3, (h) => plus(h, { port: 444 }))],
      ["host-moved 10.0.0.77", "port-opened 10.0.0.77:444/tcp"],
    ],
    ["two exchanged their addresses", [TEN, swapped(TEN)], ["host-moved 10.0.0.4", "host-moved 10.0.0.5"]],
    [
      "two without keys exchanged their addresses",
      [noKeys(TEN), noKeys(swapped(TEN))],
      ["host-moved 10.0.0.4", "host-moved 10.0.0.5"],
    ],
    ["clones of one image", [clones, clones], []],
    [
      "clones without MAC and name",
      [bare(clones).map((h) => ({ ...h, names: [] })), bare(clones).map((h) => ({ ...h, names: [] }))],
      [],
    ],
    [
      "a further clone",
      [clones, [...clones, { ...stranger, ports: [sshPort("the image's key")] }]],
      ["host-appeared 10.0.0.50"],
    ],
    ["a clone that vanished", [clones, ...Array(3).fill(clones.slice(1))], ["host-disappeared 10.0.0.1"]],
    ["a made-up MAC changes by design", [local(1), local(2)], []],
    [
      "a router's shared MAC identifies nobody",
      [
        [...TEN, router("10.0.0.60")],
        [...TEN, router("10.0.0.61")],
      ],
      ["host-appeared 10.0.0.61"],
    ],
    [
      "a router takes over its shared MAC",
      [
        [...TEN, { ...router("10.0.0.60"), mac: mac(60) }],
        [...TEN, router("10.0.0.60")],
      ],
      [],
    ],
    [
      "another maker's name for the same MAC",
      [TEN.map((h) => ({ ...h, vendor: "Intel" })), TEN.map((h) => ({ ...h, vendor: "Intel Corporate" }))],
      [],
    ],
    ["another name", [TEN, named("other.corp.example")], ["name-changed 10.0.0.4"]],
    ["a name that is not resolved once", [TEN, named(), TEN], []],
    ["upper case and a final dot", [TEN, named("APP3.corp.example.")], []],
    ["the known name beside a second one, in any order", [TEN, named("alias.corp.example", "app3.corp.example")], []],
    ["scanned by another name", [TEN, but(TEN, 3, (h) => ({ ...h, userNames: ["www.example"] }))], []],
    ["another MAC, same key", [TEN, but(TEN, 3, (h) => ({ ...h, mac: mac(88) }))], ["mac-changed 10.0.0.4"]],
    [
      "another MAC, same name and services",
      [noKeys(TEN), noKeys(but(TEN, 3, (h) => ({ ...h, mac: mac(88) })))],
      ["mac-changed 10.0.0.4"],
    ],
    [
      "another MAC and another name",
      [noKeys(TEN), noKeys(but(named("other.corp.example"), 3, (h) => ({ ...h, mac: mac(88) })))],
      ["identity-changed 10.0.0.4"],
    ],
    ["another MAC and another key", [TEN, another(1)], ["identity-changed 10.0.0.4"]],
    ["which stays", [TEN, another(1), another(1), another(1)], ["identity-changed 10.0.0.4"]],
    [
      "a third machine there",
      [TEN, another(1), another(2)],
      ["identity-changed 10.0.0.4 resolved", "identity-changed 10.0.0.4"],
    ],
    ["the known machine is back", [TEN, another(1), TEN], ["identity-changed 10.0.0.4 resolved"]],
    ["an address that is only assumed to be up", [TEN, [...TEN, silent("10.0.0.99")]], []],
    [
      "a known host that is only assumed to be up",
      [TEN, ...Array(3).fill(but(TEN, 3, ({ address }) => silent(address)))],
      ["host-disappeared 10.0.0.4"],
    ],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series))).toEqual(expected);
  });

  it("hosts of a ping scan come and go too", async () => {
    const ping = (hosts: readonly HostSpec[]) => ({
      hosts: hosts.map(({ address, mac: m, names }) => ({ address, mac: m ?? null, names: names ?? [] })),
      scaninfo: [],
      args: "nmap -sn 10.0.0.0/24",
    });
    const json = await play([TEN, [...gone, stranger], gone, gone].map(ping));
    expect(told(json)).toEqual(["host-appeared 10.0.0.50", "host-disappeared 10.0.0.4"]);
  });
});

/** What `-Pn` writes for an address where nobody is. */
function silent(address: string): HostSpec {
  const extraports = [{ state: "filtered", reason: "no-response", count: 1000 }];
  return { address, mac: null, reason: "user-set", ports: [], extraports };
}

describe("a vantage that loses many hosts of a recorded scan", () => {
  const HUNDRED = segment(100);
  it.each([
    ["30 of 100 hosts are believed", HUNDRED, 70, "ok"],
    ["31 of 100 are not", HUNDRED, 69, "degraded"],
    ["one of five is believed", HUNDRED.slice(0, 5), 4, "ok"],
    ["two of five are not", HUNDRED.slice(0, 5), 3, "degraded"],
    ["below five a share says nothing", HUNDRED.slice(0, 4), 0, "ok"],
  ])("%s", async (_, all, left, verdict) => {
    const json = await play([all, ...Array(3).fill({ hosts: all.slice(0, left), down: 256 - left })]);
    expect(json.cycles.slice(1).map((c) => c.verdict)).toEqual(Array(3).fill(verdict));
    expect(json.anomalies.length).toBe(verdict === "ok" ? 1 : 0);
    expect(json.health.map((h) => h.kind)).toEqual(verdict === "ok" ? [] : ["vantage-degraded"]);
  });

  it("what it sees waits for a scan that is believed, and the silences before and after it still count", async () => {
    const json = await play([TEN, gone, plusOn(TEN.slice(0, 3), 1), gone, gone, gone]);
    expect(json.cycles.map((c) => c.verdict)).toEqual(["ok", "ok", "degraded", "ok", "ok", "ok"]);
    expect(json.cycles.map((c) => c.anomalies.length)).toEqual([0, 0, 0, 0, 1, 0]);
    expect(told(json)).toEqual(["host-disappeared 10.0.0.4"]);
  });

  it("what it saw is told as soon as the next scan sees it too", async () => {
    const json = await play([TEN, plusOn(TEN.slice(0, 3), 1), plusOn(TEN, 1)]);
    expect(json.cycles.map((c) => c.verdict)).toEqual(["ok", "degraded", "ok"]);
    expect(told(json)).toEqual(["port-opened 10.0.0.2:444/tcp"]);
  });

  it("an aborted scan in the middle is partial, teaches nothing absent and hides nothing that it saw", async () => {
    const aborted = { hosts: plusOn(TEN.slice(0, 3), 1), exit: "error" as const, errorMessage: "host unreachable" };
    const json = await play([TEN, aborted, TEN, TEN]);
    expect(json.cycles.map((c) => c.completeness)).toEqual(["complete", "partial", "complete", "complete"]);
    expect(told(json)).toEqual(["port-opened 10.0.0.2:444/tcp resolved"]);
  });
});

function plusOn(hosts: readonly HostSpec[], index: number): readonly HostSpec[] {
  return but(hosts, index, (h) => plus(h, { port: 444 }));
}
