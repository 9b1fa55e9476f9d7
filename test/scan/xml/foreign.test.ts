import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { judgeRun } from "../../../src/scan/quality/judge.ts";
import { nmapXml } from "../../support/nmap-xml.ts";
import { readText } from "./collect.ts";

const SCAN = nmapXml({ hosts: [{ address: "10.0.0.1", ports: [{ port: 22 }] }] });
const ROOT = SCAN.slice(SCAN.indexOf("<nmaprun"));
const XML = '<?xml version="1.0"?>\n';

async function refusal(file: string | Uint8Array) {
  const judged = judgeRun(await readText(file), { kind: "recorded" });
  for (const chunk of [1, 100]) {
    const again = judgeRun(await readText(file, { chunk }), { kind: "recorded" });
    expect(again).toEqual(judged);
  }
  expect(judged.provesAbsence).toBe(false);
  return judged;
}

describe("a file of another program is refused by its name, with what to do", () => {
  it.each<readonly [string, string | Uint8Array, RegExp]>([
    [
      "masscan -oX",
      `${XML}<!-- masscan v1.0 scan -->\n${ROOT.replace('"nmap"', '"masscan"')}`,
      /^masscan wrote it, not nmap; .*nmap -oX/,
    ],
    ["masscan -oX with a DOCTYPE", SCAN.replace('scanner="nmap"', 'scanner="masscan"'), /^masscan wrote it, not nmap/],
    [
      "masscan -oJ",
      '[\n{   "ip": "10.0.0.1",   "timestamp": "17", "ports": [ {"port": 80} ] }\n]\n',
      /^masscan wrote it \(JSON\)/,
    ],
    ["masscan -oL", "#masscan\nopen tcp 80 10.0.0.1 1760000000\n# end\n", /^masscan wrote it/],
    ["masscan -oB", "masscan/1.1.02\0\0\0", /^masscan wrote it \(-oB\)/],
    ["naabu -json", '{"host":"a.example","ip":"10.0.0.1","port":80,"tls":false}\n', /as naabu writes it, not nmap XML/],
    [
      "another scanner with the root of nmap",
      ROOT.replace('"nmap"', '"unicornscan"'),
      /^unicornscan wrote it, not nmap/,
    ],
    ["no scanner", ROOT.replace('scanner="nmap" ', ""), /does not say which scanner wrote it/],
    ["other JSON, with a scan in a string", JSON.stringify({ stdout: SCAN }), /^it is JSON, not nmap XML/],
    ["Nessus", `${XML}<NessusClientData_v2><Policy/></NessusClientData_v2>`, /Nessus report, not nmap XML/],
    ["OpenVAS", '<report id="1" format_id="2"><gmp><version>22</version></gmp></report>', /OpenVAS \(Greenbone\)/],
    ["Qualys", `${XML}<!DOCTYPE SCAN SYSTEM "https://scanner.example/scan-1.dtd">\n<SCAN value="1"/>`, /Qualys/],
    ["Burp", `${XML}<!DOCTYPE issues [\n<!ELEMENT issues (issue*)>\n]>\n<issues burpVersion="2026.1"/>`, /Burp/],
    ["ndiff --xml", `${XML}<nmapdiff version="1"/>`, /^ndiff wrote it .*give the two scans/],
    ["other XML", `${XML}<svg width="1"/>`, /its root element is "svg"/],
    [
      "an error page of a proxy",
      "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>",
      /HTML page \("502 Bad Gateway"\).*fetch/,
    ],
    ["an error page without DOCTYPE", "\n<HTML><body>no</body></HTML>", /HTML page, not nmap XML/],
    [
      "nmap -oG",
      "# Nmap 7.93 scan initiated as: nmap -oG x\nHost: 10.0.0.1 ()\tStatus: Up\n",
      /grepable output \(-oG\).*-oX/,
    ],
    [
      "nmap -oN",
      "# Nmap 7.93 scan initiated as: nmap -oN x\nNmap scan report for 10.0.0.1\n",
      /normal output \(-oN\).*-oX/,
    ],
    ["nmap on a terminal", "Starting Nmap 7.93 ( https://nmap.org )\nHost is up.\n", /normal output \(-oN\)/],
    ["nmap -oS", "$TaRting NMap 7.93 ( httpz://nmap.0rg )\n", /script kiddies/],
    ["gzip", gzipSync(SCAN), /compressed with gzip; unpack it first/],
    ["zstd, as our own archive", zstdCompressSync(SCAN), /compressed with zstd; unpack it first/],
    ["a ZIP archive", "PK\u0003\u0004\u0014\u0000", /ZIP archive.*unpack/],
    ["a packet capture", Buffer.from("d4c3b2a1020004000000000000000000", "hex"), /packet capture \(pcap\)/],
    ["a program", Buffer.from("7f454c4602010100000000000000000002003e00", "hex"), /binary file, not nmap XML/],
    ["a table", "IP,Port,State\n10.0.0.1,22,open\n", /table \(CSV\), not nmap XML/],
    ["plain text", "nothing to see here\n", /holds no XML, it begins with "nothing to see here"/],
  ])("%s", async (_, file, sentence) => {
    const { problems, reason, completeness } = await refusal(file);
    expect([completeness, problems]).toEqual(["failed", ["foreign-document"]]);
    expect(reason).toMatch(sentence);
    expect(reason?.length).toBeLessThan(130);
  });

  it("in UTF-16 as well", async () => {
    const grepable = Buffer.from("\ufeff# Nmap 7.93 scan\r\nHost: 10.0.0.1 ()\tStatus: Up\r\n", "utf16le");
    expect((await refusal(grepable)).reason).toMatch(/grepable/);
  });

  it("whose words are shown clean and short", async () => {
    const evil = `\u001b]0;x\u0007\u001b[2J\u202e${"x".repeat(100_000)}`;
    for (const file of [
      `<${evil}>`,
      evil,
      ROOT.replace('"nmap"', `"${evil}"`),
      `<html><title>${evil}</title></html>`,
    ]) {
      const { reason } = await refusal(file);
      expect(reason?.length).toBeLessThan(150);
      expect(reason).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  }, 60_000);
});

describe("a damaged file is refused for what is wrong with it", () => {
  it.each<readonly [string, string | Uint8Array, string, RegExp]>([
    ["nothing but blanks", "\n \n", "empty-output", /blanks or zero bytes.*copy it again/],
    ["nothing but zero bytes", "\u0000".repeat(9000), "empty-output", /zero bytes, as after an interrupted write/],
    ["without its beginning", SCAN.slice(SCAN.indexOf("<address")), "not-well-formed", /its beginning is missing/],
    [
      "without its beginning, cut in a tag",
      SCAN.slice(SCAN.indexOf("<host") + 9),
      "not-well-formed",
      /its beginning is missing/,
    ],
    ["cut in its prolog", SCAN.slice(0, 60), "not-well-formed", /ends before the start tag of nmaprun/],
    ["cut behind a line of text", `Warning: x\n${SCAN.slice(0, 60)}`, "not-well-formed", /ends before the start tag/],
    [
      "cut in its start tag",
      SCAN.slice(0, SCAN.indexOf("<nmaprun") + 60),
      "not-well-formed",
      /ends inside the start tag/,
    ],
    [
      "with a damaged start tag",
      SCAN.replace(' args="', ' args="" args="'),
      "not-well-formed",
      /start tag of nmaprun is damaged/,
    ],
    ["with an empty root", `${XML}<nmaprun scanner="nmap"/>`, "not-well-formed", /its nmaprun is empty/],
    ["with entities of its own", `${XML}<!DOCTYPE nmaprun [<!ENTITY a "b">]>${ROOT}`, "doctype", /declares entities/],
    ["with a DTD from a file", `${XML}<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd">${ROOT}`, "doctype", /another DTD/],
    [
      "with a DTD of another name",
      `${XML}<!DOCTYPE nmaprun SYSTEM "http://x.example/nmap.dtd?">${ROOT}`,
      "doctype",
      /DTD/,
    ],
    [
      "with nmap's DTD and entities",
      `<!DOCTYPE nmaprun SYSTEM "nmap.dtd" [<!ENTITY a "b">]>${ROOT}`,
      "doctype",
      /declares/,
    ],
    ["in UTF-32", Buffer.from("3c0000003f00000078000000", "hex"), "foreign-document", /utf-32le.*iconv -f utf-32le/],
    ["in an encoding of mainframes", SCAN.replace("UTF-8", "cp037"), "foreign-document", /cp037.*iconv -f cp037/],
  ])("%s", async (_, file, problem, sentence) => {
    const { problems, reason, completeness } = await refusal(file);
    expect([completeness, problems]).toEqual(["failed", [problem]]);
    expect(reason).toMatch(sentence);
    expect(reason).not.toContain("statistics");
  });

  it("a long file without a beginning is given up in bounded time", async () => {
    const { reason } = judgeRun(await readText("x".repeat(3_000_000)), { kind: "recorded" });
    expect(reason).toMatch(/holds no XML/);
  });
});

describe("several scans in one file", () => {
  const first = nmapXml({ hosts: [{ address: "10.0.0.1", ports: [{ port: 22 }] }] });
  const second = nmapXml({ hosts: [{ address: "10.0.0.2", ports: [{ port: 80 }] }] });

  it.each([
    ["one behind the other", first + second],
    ["with a line of text between them", `${first}Nmap done\n\n${second}`],
    ["the second cut", first + second.slice(0, 400)],
    ["the second without prolog", first + second.slice(second.indexOf("<nmaprun"))],
  ])("%s: the first is read, nothing absent is concluded, and it is said", async (_, file) => {
    for (const chunk of [1, 7, 65_536]) {
      const document = await readText(file, { chunk });
      const judged = judgeRun(document, { kind: "recorded" });
      expect(judged).toMatchObject({ completeness: "partial", problems: ["not-well-formed"], provesAbsence: false });
      expect(judged.reason).toMatch(/several scans one behind the other.*split it/);
      expect(document.hosts.map((h) => h.address)).toEqual(["10.0.0.1"]);
    }
  });

  it.each([
    ["between two hosts", first.slice(0, first.indexOf("<runstats")) + second],
    ["inside a host", first.slice(0, first.indexOf("<ports")) + second],
  ])("the first cut %s: it is said, nothing absent is concluded", async (_, file) => {
    const judged = await refusal(file);
    expect(judged.reason).toMatch(/several scans one behind the other/);
  });

  it("other XML behind the end is said too", async () => {
    expect((await refusal(`${first}<more/>`)).reason).toMatch(/more XML follows the end of nmaprun/);
  });
});

describe("a file that closes without all of nmap's statistics", () => {
  it.each([
    ["none", /<runstats>[^]*<\/runstats>\n/, /closes without nmap's statistics/],
    ["no counts of hosts", /<hosts [^>]*>/, /do not say how many hosts/],
  ])("%s: is partial for that reason", async (_, part, sentence) => {
    const judged = await refusal(SCAN.replace(part, ""));
    expect(judged.completeness).toBe("partial");
    expect(judged.reason).toMatch(sentence);
  });

  it("is not one that was cut, which says so", async () => {
    const { reason } = await refusal(SCAN.slice(0, SCAN.indexOf("<runstats>")));
    expect(reason).toBe(
      "the file ends before </nmaprun>; nmap's statistics are missing: it was cut, or nmap was ended; copy it again or scan again",
    );
  });
});
