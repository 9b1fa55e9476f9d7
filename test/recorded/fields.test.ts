import { describe, expect, it } from "vitest";
import type { HostSpec, PortSpec } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { host, open, type Recording } from "./recording.ts";
import { but, httpPort, segment } from "./segment.ts";

const A = "10.0.0.5";
const web = (version?: string, more: Partial<PortSpec["service"]> = {}) => {
  const port = httpPort(version);
  return [host(A, [{ ...port, service: { name: "http", ...port.service, ...more } }])];
};
const UP = "version-changed 10.0.0.5:80/tcp";
const DOWN = "version-downgraded 10.0.0.5:80/tcp";
const BANNER = "banner-changed 10.0.0.5:80/tcp";
const SERVICE = "service-changed 10.0.0.5:80/tcp";

describe("versions of recorded scans", () => {
  it.each([
    ["1.9", "1.10", [UP]],
    ["1.10", "1.9", [DOWN]],
    ["1:9.2", "2:1.0", [UP]],
    ["2:1.0", "1:9.2", [DOWN]],
    ["9.2p1 Debian 2+deb12u2", "9.2p1 Debian 2+deb12u3", [UP]],
    ["9.2p1 Debian 2+deb12u3", "9.2p1 Debian 2+deb12u2", [DOWN]],
    ["8.0.33-0ubuntu0.22.04.2", "8.0.33-0ubuntu0.22.04.1", [DOWN]],
    ["1.2.3", "1.2.3-rc1", [DOWN]],
    ["3.0.0~rc1", "3.0.0", [UP]],
    ["1.1.1k", "1.1.1w", [UP]],
    ["10.0p2", "9.9p1", [DOWN]],
    ["2.4.57", "2.4.57", []],
    // A range is a guess of nmap's: which one is printed depends on the probe that answered.
    ["3.X - 4.X", "4.6.2", []],
    ["2.2.8 or later", "2.3", []],
  ])("%s → %s", async (before, after, expected) => {
    expect(told(await play([web(before), web(after)]))).toEqual(expected);
  });
});

describe("fields of recorded scans", () => {
  const wrapped = [host(A, [{ port: 80, service: { name: "tcpwrapped", method: "probed", conf: 8 } }])];
  const table = [host(A, [{ port: 80, service: { name: "http" } }])];
  const light = "nmap -sS -sV --version-intensity 2 10.0.0.0/24";
  const plain = { hosts: [host(A, open(80))], args: "nmap -sS 10.0.0.0/24" };

  it.each<[string, readonly Recording[], readonly string[]]>([
    ["a version that is not seen once", [web("1.1"), web(), web("1.1")], []],
    ["another one after it was not seen", [web("1.1"), web(), web("1.2")], [UP]],
    ["a version seen for the first time", [web(), web("1.2")], []],
    ["and its successor", [web(), web("1.2"), web("1.3")], [UP]],
    ["another product", [web("1.1"), web("2.4", { product: "Apache httpd" })], [SERVICE]],
    [
      "another protocol, whatever its version",
      [web("1.1"), web("9.2p1", { name: "ssh", product: "OpenSSH" })],
      [SERVICE],
    ],
    ["TLS where there was none", [web("1.1"), web("1.1", { tunnel: "ssl" })], [SERVICE]],
    ["a connection that was dropped is no answer", [web("1.1"), wrapped, wrapped], []],
    ["a name from nmap's table is no answer", [web("1.1"), table, table], []],
    ["a weak guess is no answer", [web("1.1"), web("3", { name: "ftp", product: "x", conf: 5 })], []],
    ["a name with a question mark is no answer", [web("1.1"), web("3", { name: "ftp?", product: "x" })], []],
    ["back to the known value", [web("1.1"), web("1.0"), web("1.1")], [`${DOWN} resolved`]],
    ["a third value supersedes the second", [web("1.1"), web("1.2"), web("1.3")], [`${UP} resolved`, UP]],
    ["a third value in the other direction too", [web("1.1"), web("1.2"), web("1.0")], [`${UP} resolved`, DOWN]],
    ["another nmap measures anew", [web("1.1"), { hosts: web("1.2"), version: "7.95" }], []],
    ["another intensity measures anew", [web("1.1"), { hosts: web("1.2"), args: light }], []],
    [
      "and is compared from then on",
      [web("1.1"), { hosts: web("1.2"), args: light }, { hosts: web("1.3"), args: light }],
      [UP],
    ],
    [
      "what else it says of itself",
      [web("1.1", { extrainfo: "Ubuntu" }), web("1.1", { extrainfo: "Debian" })],
      [BANNER],
    ],
    [
      "and back",
      [web("1.1", { extrainfo: "Ubuntu" }), web("1.1", { extrainfo: "Debian" }), web("1.1", { extrainfo: "Ubuntu" })],
      [`${BANNER} resolved`],
    ],
    [
      "of another version it is part of the update",
      [web("1.1", { extrainfo: "Ubuntu" }), web("1.2", { extrainfo: "Debian" })],
      [UP],
    ],
    ["a clock or a counter in it", [web("1.1", { extrainfo: "up 3:07" }), web("1.1", { extrainfo: "up 4:12" })], []],
    ["a scan without -sV between two with it", [web("1.1"), plain, web("1.0")], [DOWN]],
    ["-sV for the first time", [plain, web("1.1"), web("1.0")], [DOWN]],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series))).toEqual(expected);
  });

  it("a change of what the server says first", async () => {
    const says = (norm: string) => [
      host(A, [
        {
          port: 25,
          service: { name: "smtp", product: "Postfix" },
          scripts: [{ id: "tripline-banner", output: "x", value: { schema: "1", norm } }],
        },
      ]),
    ];
    const json = await play([says("220 a ESMTP"), says("220 b ESMTP"), says("220 a ESMTP")]);
    expect(told(json)).toEqual(["banner-changed 10.0.0.5:25/tcp resolved"]);
  });
});

describe("operating systems of recorded scans", () => {
  const TEN = segment(10);
  const system = (family: string, ttl = 64, name = `${family} 5`) =>
    but(
      TEN,
      4,
      (h): HostSpec => ({
        ...h,
        ports: [{ port: 22, ttl }],
        os: { matches: [{ name, accuracy: 96, family }] },
      }),
    );

  it.each<[string, readonly Recording[], readonly string[]]>([
    ["one guess of another family says nothing", [system("Linux"), system("Windows")], []],
    ["nor do two", [system("Linux"), system("Windows"), system("Windows")], []],
    ["three do", [system("Linux"), ...Array(3).fill(system("Windows"))], ["os-shifted 10.0.0.5"]],
    ["one does with another time to live", [system("Linux"), system("Windows", 128)], ["os-shifted 10.0.0.5"]],
    ["back again", [system("Linux"), system("Windows", 128), system("Linux")], ["os-shifted 10.0.0.5 resolved"]],
    [
      "another guess of the same family",
      [system("Linux"), system("Linux", 64, "Linux 6.1"), system("Linux", 64, "Linux 6.1")],
      [],
    ],
    ["another time to live alone", [system("Linux"), system("Linux", 128), system("Linux", 128)], []],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series))).toEqual(expected);
  });
});

describe("what alternated all through learning", () => {
  const named = (hostname: string) => [host(A, open(22), { names: [hostname] })];
  const speaks = (name: string) => [host(A, [{ port: 80, service: { name, method: "probed", conf: 10 } }])];
  const order = [0, 1, 0, 1, 1, 0, 0, 1];

  it.each([
    [
      "two PTR names of one address",
      [named("a.example"), named("b.example")],
      named("c.example"),
      "name-changed 10.0.0.5",
    ],
    ["one server that is called rtsp or http", [speaks("rtsp"), speaks("http")], speaks("ssh"), SERVICE],
  ])("%s: silent, but not about a third", async (_, both, third, expected) => {
    const scans = order.map((i) => both[i] ?? []);
    expect(told(await play([...scans, third], { learnScans: 4 }))).toEqual([expected]);
  });
});
