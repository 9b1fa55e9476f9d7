import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { judgeRun } from "../../../src/scan/quality/judge.ts";
import type { NmapDocument } from "../../../src/scan/xml/document.ts";
import { nmapXml } from "../../support/nmap-xml.ts";
import { readText } from "./collect.ts";
import { FORMS, zenmapSave } from "./forms.ts";

const REAL = path.join(import.meta.dirname, "../../fixtures/nmap/real");
const SCAN = nmapXml({
  scaninfo: [{ type: "syn", protocol: "tcp", services: "1-20" }],
  hosts: [
    {
      address: "10.0.0.1",
      names: ["a.example"],
      ports: [
        {
          port: 2,
          service: { name: "http", product: "Bücher ☃", version: "1.10", cpe: ["cpe:/a:igor_sysoev:nginx:1.10"] },
          scripts: [{ id: "x", output: "a\nb", value: { k: ["v", "--"], t: "<&>" } }],
        },
      ],
      os: { matches: [{ name: "Linux", accuracy: 100, family: "Linux" }] },
    },
    { address: "10.0.0.2", state: "down" },
    { address: "10.0.0.3" },
  ],
});
const TINY = nmapXml({
  scaninfo: [{ type: "syn", protocol: "tcp", services: "1-2" }],
  hosts: [{ address: "10.0.0.1", mac: null, ports: [{ port: 2 }] }],
});

const judge = (document: NmapDocument) => judgeRun(document, { kind: "recorded" });

/** What the document says, whatever its bytes are. */
function content({ bytes: _bytes, sha256: _hash, ...said }: NmapDocument) {
  return said;
}

describe("a recorded scan says the same", () => {
  it.each(FORMS)("%s", async (_, write) => {
    const original = content(await readText(SCAN));
    expect(original.problems).toEqual([]);
    for (const chunk of [1, 7, 64 * 1024]) {
      const document = await readText(write(SCAN), { chunk });
      expect(content(document)).toEqual(original);
      expect(judge(document)).toMatchObject({ completeness: "complete", reason: null });
    }
  });

  it.each(["services", "tcp-udp", "connect-os", "ping"])("in every form, %s of real nmap", async (name) => {
    const xml = readFileSync(path.join(REAL, `${name}.xml`), "utf8");
    const original = content(await readText(xml));
    // A name in text of the network could be taken for an attribute by the table's own rewriting.
    for (const [form, write] of FORMS) expect([form, content(await readText(write(xml)))]).toEqual([form, original]);
  });
});

describe("a cut file is complete only if it is whole, at every byte", () => {
  it.each(FORMS)("%s", async (_, write) => {
    const bytes = Buffer.from(write(TINY));
    const whole = endOfRoot(bytes);
    for (let end = 0; end <= bytes.length; end++) {
      const { completeness, provesAbsence } = judge(await readText(bytes.subarray(0, end)));
      const complete = end >= whole;
      expect([end, completeness === "complete", provesAbsence]).toEqual([end, complete, complete]);
    }
  });

  it.each(["ping", "tcp-udp"])("%s of real nmap without its DOCTYPE", async (name) => {
    const xml = readFileSync(path.join(REAL, `${name}.xml`), "utf8").replace("<!DOCTYPE nmaprun>\n", "");
    const bytes = Buffer.from(xml);
    for (let end = 0; end < bytes.length - 1; end++)
      expect([end, judge(await readText(bytes.subarray(0, end))).provesAbsence]).toEqual([end, false]);
    expect(judge(await readText(bytes)).completeness).toBe("complete");
  });

  it("as Zenmap saved it", async () => {
    const bytes = Buffer.from(zenmapSave("Starting Nmap"));
    for (let end = 0; end < bytes.length; end++)
      expect([end, judge(await readText(bytes.subarray(0, end))).provesAbsence]).toEqual([end, false]);
  });
});

/** Offset behind the `>` that ends the root, in bytes of one or two. */
function endOfRoot(bytes: Buffer): number {
  const [low, high] = [Buffer.from("</nmaprun", "utf16le"), Buffer.from("</nmaprun", "utf16le").swap16()];
  for (const [marker, width] of [
    [Buffer.from("</nmaprun"), 1],
    [low, 2],
    [high, 2],
  ] as const) {
    const at = bytes.indexOf(marker);
    if (at === -1 || at % width === 1) continue;
    const gap = bytes
      .subarray(at + marker.length)
      .toString("latin1")
      .indexOf(">");
    // The zero byte of a character that is before its `>` belongs to it, one that follows does too.
    return at + marker.length + (width === 1 ? gap + 1 : gap - (gap % 2) + 2);
  }
  throw new Error("no end");
}

describe("a scan that Zenmap saved", () => {
  it("is read, without systems that nobody asked for", async () => {
    const document = await readText(zenmapSave("Starting Nmap &lt;host&gt; \u00fc"));
    expect(judge(document)).toMatchObject({ completeness: "complete", reason: null });
    expect(document.hosts).toMatchObject([
      {
        address: "10.0.0.1",
        names: ["a.example"],
        os: null,
        ports: [{ number: 2, service: { product: "nginx" } }, { service: null }],
      },
    ]);
    expect(document.hosts[0]?.coverage.length).toBe(1);
  });

  it("with more of nmap's own text than the size cap is read all the same", async () => {
    const long = zenmapSave("Discovered open port 2/tcp &lt;host&gt; &lt;/output&gt;\n".repeat(2000));
    for (const chunk of [999, 65_536]) {
      const document = await readText(long, { maxHostBytes: 8000, chunk });
      expect(document.problems).toEqual([]);
      expect(document.hosts.length).toBe(1);
    }
  });
});

describe("a scan of an old nmap", () => {
  const old = SCAN.replace("<!DOCTYPE nmaprun>\n", "")
    .replace(/ summary="[^"]*"/, "")
    .replace(' exit="success"', "")
    .replaceAll(/ (?:reason|reason_ttl|starttime|endtime|startstr|timestr|elapsed|conf)="[^"]*"/g, "")
    .replaceAll(/<extrareasons[^>]*>\n/g, "");

  it("lacks attributes that came later, and is complete", async () => {
    const document = await readText(old);
    expect(judge(document)).toMatchObject({ completeness: "complete", reason: null });
    expect(document.hosts.map((h) => [h.address, h.coverage.length])).toEqual([
      ["10.0.0.1", 1],
      ["10.0.0.2", 0],
      ["10.0.0.3", 1],
    ]);
  });

  it("has its operating system classes beside the matches", async () => {
    const beside = SCAN.replace(/(<osmatch[^>]*>)\n(<osclass[^>]*>)\n<\/osmatch>/, "$2\n$1</osmatch>");
    expect(beside).not.toBe(SCAN);
    const os = (await readText(beside)).hosts[0]?.os;
    expect(os).toEqual((await readText(SCAN)).hosts[0]?.os);
    expect(os?.families).toEqual(["Linux"]);
  });

  it.each([
    ["lacks the total, which follows", ' total="3"', "", null],
    ["lacks every count", /<hosts [^>]*>/, "", "hosts-missing"],
    ["counted more hosts than it holds", 'up="2" down="1"', 'up="3" down="0"', "hosts-missing"],
    ["says that it failed", "<finished ", '<finished exit="error" ', "not-finished"],
    ["has no finished element", /<finished [^>]*>/, "", "not-finished"],
  ])("that %s", async (_, from, to, problem) => {
    const changed = old.replace(from, to);
    expect(changed).not.toBe(old);
    expect(judge(await readText(changed)).problems).toEqual(problem === null ? [] : [problem]);
  });
});

describe("text of the network that another program rewrote", () => {
  it("is what nmap's own file says, in any encoding", async () => {
    const plain = (await readText(SCAN)).hosts[0]?.ports[0]?.service?.product;
    expect(plain).toBe("Bücher ☃");
    const decoded = SCAN.replaceAll(/&#x([89a-f][0-9a-f]);/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    for (const bytes of [Buffer.from(decoded), Buffer.from(`\ufeff${decoded}`, "utf16le")])
      expect((await readText(bytes)).hosts[0]?.ports[0]?.service?.product).toBe(plain);
  });

  it.each([
    ["ISO-8859-1", Buffer.from([0xfc]), "ü"],
    ["windows-1252", Buffer.from([0x80]), "€"],
    ["Shift_JIS", Buffer.from([0x83, 0x65]), "テ"],
    ["koi8-r", Buffer.from([0xc1]), "а"],
  ])("is decoded as declared: %s", async (label, bytes, letter) => {
    const [before = "", after = ""] = SCAN.replace("UTF-8", label)
      .replace(/product="[^"]*"/, 'product="\u0000"')
      .split("\u0000");
    const file = Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
    for (const chunk of [1, 65_536]) {
      const document = await readText(file, { chunk });
      expect(document.hosts[0]?.ports[0]?.service?.product).toBe(letter);
      expect(document.problems).toEqual([]);
    }
  });
});
