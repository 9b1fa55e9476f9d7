import { describe, expect, it } from "vitest";
import type { HostSpec, NmapXmlSpec, PortSpec } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { host, open, type Recording } from "./recording.ts";

const A = "10.0.0.5";
const one = (ports: readonly PortSpec[], more: Partial<HostSpec> = {}) => [host(A, ports, more)];
const only22 = one(open(22));
const with80 = one(open(22, 80));
const listed = (state: string, reason: string) => one([{ port: 22 }, { port: 80, state, reason }]);
const twoStates = one(open(22), {
  extraports: [
    { state: "closed", reason: "reset", count: 900 },
    { state: "filtered", reason: "no-response", count: 99 },
  ],
});
const TCP = { type: "syn", protocol: "tcp", services: "1-1000" };
const UDP = { type: "udp", protocol: "udp", services: "53,161" };
const mixed = (udp: Partial<PortSpec> | null): NmapXmlSpec => ({
  hosts: one([{ port: 22 }, ...(udp === null ? [] : [{ port: 161, proto: "udp" as const, ...udp }])]),
  scaninfo: [TCP, UDP],
});
const answered = mixed({ reason: "udp-response" });
const quiet = mixed({ state: "open|filtered", reason: "no-response" });
const ranged = (services: string, ...ports: number[]): NmapXmlSpec => ({
  hosts: one(open(...ports)),
  scaninfo: [{ ...TCP, services }],
});
const connect = (...ports: number[]): NmapXmlSpec => ({
  hosts: one(open(...ports)),
  scaninfo: [{ ...TCP, type: "connect" }],
});
const CLOSED = "port-closed 10.0.0.5:80/tcp";
const OPENED = "port-opened 10.0.0.5:80/tcp";

describe("ports of recorded scans", () => {
  it.each<[string, readonly Recording[], readonly string[]]>([
    ["a port that opens", [only22, with80], [OPENED]],
    ["opened twice is one anomaly", [only22, with80, with80, with80], [OPENED]],
    ["listed as closed before", [listed("closed", "reset"), with80], [OPENED]],
    ["filtered before", [listed("filtered", "no-response"), with80], [OPENED]],
    ["one reset says nothing yet", [with80, only22], []],
    ["two resets close it", [with80, only22, only22], [CLOSED]],
    ["two resets, listed one by one", [with80, listed("closed", "reset"), listed("closed", "reset")], [CLOSED]],
    [
      "two silences say nothing yet",
      [with80, listed("filtered", "no-response"), listed("filtered", "no-response")],
      [],
    ],
    ["three silences close it", [with80, ...Array(3).fill(listed("filtered", "no-response"))], [CLOSED]],
    [
      "three refusals by a filter close it",
      [with80, ...Array(3).fill(listed("filtered", "admin-prohibited"))],
      [CLOSED],
    ],
    ["collapsed into two states it may have been silent: two misses say nothing", [with80, twoStates, twoStates], []],
    ["and three close it", [with80, twoStates, twoStates, twoStates], [CLOSED]],
    ["a miss between two sightings is forgotten", [with80, only22, with80, only22, with80], []],
    ["opened and closed again is resolved", [only22, with80, only22, only22], [`${OPENED} resolved`]],
    ["opened again after that is the same anomaly, open", [only22, with80, only22, only22, with80], [OPENED]],
    ["a UDP port that answers for the first time", [quiet, answered], ["port-opened 10.0.0.5:161/udp"]],
    ["a UDP port that falls silent is unknown, not closed", [answered, quiet, quiet, quiet, quiet], []],
    ["a UDP port that is unreachable twice", [answered, mixed(null), mixed(null)], ["port-closed 10.0.0.5:161/udp"]],
    [
      "a port that was never asked before is no news",
      [ranged("1-100", 22), ranged("1-1000", 22, 443), ranged("1-1000", 22, 443)],
      [],
    ],
    ["but one in the part that was is", [ranged("1-100", 22), ranged("1-1000", 22, 80, 443)], [OPENED]],
    [
      "a port that is not asked any more is not closed",
      [ranged("1-1000", 22, 443), ...Array(3).fill(ranged("1-100", 22))],
      [],
    ],
    [
      "another technique teaches anew, and is compared from then on",
      [only22, connect(22, 80), connect(22, 80, 81)],
      ["port-opened 10.0.0.5:81/tcp"],
    ],
    ["another nmap does not hide a new port", [only22, { hosts: with80, version: "7.95" }], [OPENED]],
    [
      "an address that is listed twice",
      [
        [...only22, ...only22],
        [...only22, ...with80],
      ],
      [OPENED],
    ],
    ["listed twice, closed and open", [only22, [...listed("closed", "reset"), ...with80]], [OPENED]],
    [
      "an IPv6 host",
      [[host("2001:db8::5", open(22), { mac: null })], [host("2001:db8::5", open(22, 80), { mac: null })]],
      ["port-opened 2001:db8::5:80/tcp"],
    ],
    ["a host with nothing open", [one([]), one([]), one(open(80))], [OPENED]],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series))).toEqual(expected);
  });

  it("an SCTP port", async () => {
    const sctp = (found: boolean): NmapXmlSpec => ({
      hosts: one(found ? [{ port: 3868, proto: "sctp", reason: "init-ack" }] : [], {
        extraports: [{ state: "closed", count: found ? 9 : 10, reason: "abort", proto: "sctp" }],
      }),
      scaninfo: [{ type: "sctpinit", protocol: "sctp", services: "3860-3869" }],
    });
    expect(told(await play([sctp(false), sctp(true)]))).toEqual(["port-opened 10.0.0.5:3868/sctp"]);
  });

  it.each(["ack", "fin", "null", "xmas", "window", "maimon"])(
    "a %s scan between two SYN scans says nothing",
    async (type) => {
      const state = type === "ack" ? "unfiltered" : "open|filtered";
      const between: NmapXmlSpec = {
        hosts: one([], { extraports: [{ state, count: 1000, reason: "no-response" }] }),
        scaninfo: [{ ...TCP, type }],
      };
      expect(told(await play([with80, between, between, between, with80]))).toEqual([]);
    },
  );

  it("a scan that cannot be read as a port scan does not change how the segment is measured", async () => {
    const protocols: NmapXmlSpec = {
      hosts: one([]),
      scaninfo: [{ type: "ipproto", protocol: "ip", services: "0-255" }],
    };
    const json = await play([only22, protocols, with80]);
    expect(json.cycles.map((c) => c.completeness)).toEqual(["complete", "partial", "complete"]);
    expect(told(json)).toEqual([OPENED]);
  });

  it("a host that answers on every port is one fact, and its known ports are not closed by it", async () => {
    const all = one(Array.from({ length: 65_535 }, (_, i) => ({ port: i + 1 })));
    const full = (hosts: readonly HostSpec[]) => ({ hosts, scaninfo: [{ ...TCP, services: "1-65535" }] });
    const json = await play([full(only22), full(all), full(all), full(all), full(only22)]);
    expect(told(json)).toEqual(["all-ports-open 10.0.0.5 resolved"]);
  });

  it("ports of one host are told in the order of their numbers", async () => {
    const ports = [999, 22, 80, 443, 7, 1000];
    const json = await play([only22, one(open(...ports))]);
    expect(json.anomalies.map((a) => a.port?.number)).toEqual([7, 80, 443, 999, 1000]);
  });

  it.each([
    { learnScans: 1, news: [0, 1, 1] },
    { learnScans: 2, news: [0, 0, 1] },
    { learnScans: 5, news: [0, 0, 0] },
  ])("mature after $learnScans scans", async ({ learnScans, news }) => {
    const json = await play([only22, with80, one(open(22, 80, 81))], { learnScans });
    expect(json.cycles.map((c) => c.learning)).toEqual([0, 1, 2].map((n) => n < learnScans));
    expect(json.cycles.map((c) => c.anomalies.length)).toEqual(news);
  });
});
