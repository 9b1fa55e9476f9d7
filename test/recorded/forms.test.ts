import { describe, expect, it } from "vitest";
import { nmapXml } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { host, open } from "./recording.ts";

const START = 1_763_629_200;
const COMMAND = "nmap -sS -p 22,80,443,3306 -oX scan.xml 10.0.0.0/29";

/** The nth scan of a small segment, whose second host may have opened a port. */
function scan(n: number, ports: readonly number[] = [22]): string {
  const at = { start: START + n * 1800, finished: START + n * 1800 + 60 };
  const scaninfo = [{ type: "syn", protocol: "tcp", services: "22,80,443,3306" }];
  const hosts = [host("10.0.0.1", open(22)), host("10.0.0.2", open(...ports))];
  return nmapXml({ ...at, scaninfo, hosts, args: COMMAND, down: 6 });
}

const without = (xml: string, ...parts: readonly RegExp[]) => parts.reduce((text, part) => text.replace(part, ""), xml);
const DOCTYPE = /<!DOCTYPE nmaprun>\n/;
const EXIT = / exit="success"/;
const SUMMARY = / summary="[^"]*"/;

describe("a new port is told from files in any form", () => {
  it.each<readonly [string, (xml: string) => string | Uint8Array]>([
    ["of nmap before 6.45, without a DOCTYPE", (xml) => without(xml, DOCTYPE)],
    ["of nmap before 5.35, which did not say how it ended either", (xml) => without(xml, DOCTYPE, EXIT, SUMMARY)],
    ["with a byte order mark", (xml) => `\ufeff${xml}`],
    ["in UTF-16, as PowerShell stores what a program prints", (xml) => Buffer.from(`\ufeff${xml}`, "utf16le")],
    ["with an empty line in front", (xml) => `\n${xml}`],
    ["with a warning in front and text behind", (xml) => `Warning: old option\n${xml}\nNmap done: 8 addresses\n`],
    [
      "rewritten without prolog and with single quotes",
      (xml) => xml.slice(xml.indexOf("<nmaprun")).replaceAll('"', "'"),
    ],
    ["with comments of other tools", (xml) => xml.replaceAll("<host ", "<!-- next <host> --><host ")],
  ])("%s", async (_, form) => {
    const json = await play([form(scan(0)), form(scan(1)), form(scan(2, [22, 3306]))]);
    expect(json.cycles.map((c) => [c.completeness, c.hosts])).toEqual([
      ["complete", 2],
      ["complete", 2],
      ["complete", 2],
    ]);
    expect(told(json)).toEqual(["port-opened 10.0.0.2:3306/tcp"]);
    expect(json.health).toEqual([]);
  });

  it("and from a file in another form than the ones that were learned", async () => {
    const json = await play([
      scan(0),
      Buffer.from(`\ufeff${scan(1)}`, "utf16le"),
      without(scan(2, [22, 80]), DOCTYPE, EXIT),
    ]);
    expect(told(json)).toEqual(["port-opened 10.0.0.2:80/tcp"]);
  });
});

describe("a file of another program", () => {
  it("is refused by its name and teaches nothing: masscan -oX looks like nmap's", async () => {
    const masscan = without(scan(1, [22, 3306]), DOCTYPE).replace('scanner="nmap"', 'scanner="masscan"');
    const json = await play([scan(0), masscan, scan(2, [22, 3306])]);
    expect(json.cycles.map((c) => c.completeness)).toEqual(["complete", "failed", "complete"]);
    expect(json.health).toMatchObject([
      { kind: "scan-failed", file: "1.xml", reason: expect.stringMatching(/^masscan wrote it, not nmap; .*nmap -oX/) },
    ]);
    expect(told(json)).toEqual(["port-opened 10.0.0.2:3306/tcp"]);
  });
});

describe("a cut file", () => {
  it("in any form still concludes nothing from what it lacks", async () => {
    const whole = without(scan(2), DOCTYPE, EXIT);
    const cut = whole.slice(0, whole.indexOf("<host ", whole.indexOf("10.0.0.1")));
    const json = await play([scan(0), scan(1), cut, `\ufeff${cut}`, Buffer.from(`\ufeff${cut}`, "utf16le")]);
    expect(json.cycles.slice(2).map((c) => c.completeness)).toEqual(["partial", "partial", "partial"]);
    expect(told(json)).toEqual([]);
    expect(json.health[0]?.reason).toMatch(/the file ends before <\/nmaprun>; nmap's statistics are missing/);
  });
});
