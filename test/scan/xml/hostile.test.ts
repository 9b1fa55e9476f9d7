import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeRun } from "../../../src/scan/quality/judge.ts";
import { nmapXml } from "../../support/nmap-xml.ts";
import { readText } from "./collect.ts";
import { measured } from "../../support/patience.ts";

const REAL = readFileSync(path.join(import.meta.dirname, "../../fixtures/nmap/real/services.xml"));
// Small, with one of everything: cutting and mutating visits each construct often.
const SMALL = nmapXml({
  scaninfo: [{ type: "syn", protocol: "tcp", services: "1-20" }],
  hosts: [
    {
      address: "10.0.0.1",
      names: ["a.example"],
      ports: [
        {
          port: 2,
          service: { name: "http", product: "nginx", version: "1.10" },
          scripts: [{ id: "x", output: "a\nb", value: { k: ["v"] } }],
        },
      ],
      os: { matches: [{ name: "Linux", accuracy: 100, family: "Linux" }] },
    },
    { address: "10.0.0.2", state: "down" },
    { address: "10.0.0.3" },
  ],
});

async function verdict(text: string | Uint8Array) {
  const document = await readText(text);
  return { document, ...judgeRun(document, { kind: "recorded" }) };
}

describe("a cut file", () => {
  it("is complete only if it is whole, at every byte", async () => {
    const bytes = Buffer.from(SMALL);
    const whole = SMALL.trimEnd().length;
    for (let end = 0; end < bytes.length; end++) {
      const { completeness, provesAbsence } = await verdict(bytes.subarray(0, end));
      if (end < whole) expect([end, completeness, provesAbsence]).not.toEqual([end, "complete", true]);
      if (end < whole) expect([end, provesAbsence]).toEqual([end, false]);
      else expect([end, completeness]).toEqual([end, "complete"]);
    }
  });

  it("of real nmap is complete only if it is whole", async () => {
    const whole = REAL.toString("latin1").trimEnd().length;
    for (let end = 0; end < whole; end += 13)
      expect([end, (await verdict(REAL.subarray(0, end))).provesAbsence]).toEqual([end, false]);
    expect((await verdict(REAL)).completeness).toBe("complete");
  });

  it.each(["ping", "tcp-udp"])("of real nmap, %s, is complete only if it is whole, at every byte", async (name) => {
    const bytes = readFileSync(path.join(import.meta.dirname, `../../fixtures/nmap/real/${name}.xml`));
    const whole = bytes.toString("latin1").trimEnd().length;
    for (let end = 0; end < whole; end++)
      expect([end, (await verdict(bytes.subarray(0, end))).provesAbsence]).toEqual([end, false]);
    expect((await verdict(bytes)).completeness).toBe("complete");
  });

  it("keeps the hosts that were closed before the cut", async () => {
    const { document } = await verdict(SMALL.slice(0, SMALL.indexOf('<address addr="10.0.0.3"')));
    expect(document.hosts.map((h) => h.address)).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(document.problems.map((p) => p.problem)).toEqual(["not-well-formed", "not-finished"]);
  });
});

describe("a mutated file", () => {
  it("never throws, never hangs, never changes a prototype", async () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    const splice = fc.constantFrom(
      "<",
      ">",
      '"',
      "&",
      "&#x1b;",
      "</host>",
      "<host>",
      "<!--",
      "]]>",
      "<![CDATA[",
      "__proto__",
      "\u0000",
      "</nmaprun>",
      "<ports/>",
      "é",
    );
    const cut = fc.tuple(fc.nat(SMALL.length), fc.nat(40), splice);
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 4 }), async (cuts) => {
        const text = cuts.reduce((t, [at, remove, insert]) => t.slice(0, at) + insert + t.slice(at + remove), SMALL);
        const { result, cpuMs } = await measured(() => verdict(text));
        const { completeness, problems } = result;
        expect(cpuMs).toBeLessThan(1000);
        if (completeness !== "complete") expect(problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
  });

  it("of random bytes is a failed run with a reason", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const { completeness, reason, document } = await verdict(bytes);
        expect(completeness).toBe("failed");
        expect(reason).not.toBeNull();
        expect(document.hosts).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a refused file", () => {
  const start = SMALL.slice(SMALL.indexOf("<nmaprun"));
  const bomb = `<!DOCTYPE nmaprun [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>`;
  it.each([
    ["an empty one", "", "empty-output"],
    ["white space", "\n\n", "empty-output"],
    ["another document", '<?xml version="1.0"?><svg/>', "foreign-document"],
    ["HTML", "<html><body>502 Bad Gateway</body></html>", "foreign-document"],
    ["a file of another scanner", SMALL.replace('scanner="nmap"', 'scanner="masscan"'), "foreign-document"],
    ["two DOCTYPEs", SMALL.replace("<!DOCTYPE nmaprun>", "<!DOCTYPE nmaprun><!DOCTYPE nmaprun>"), "doctype"],
    ["an internal subset", `<?xml version="1.0"?>\n${bomb}\n${start}`, "doctype"],
    [
      "an external subset",
      SMALL.replace("<!DOCTYPE nmaprun>", '<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd">'),
      "doctype",
    ],
    ["a later DOCTYPE", SMALL.replace("<verbose", "<!DOCTYPE nmaprun><verbose"), "doctype"],
    ["a second root", SMALL.replace("<verbose", "</nmaprun><nmaprun><verbose"), "not-well-formed"],
    ["text after the root", `${SMALL}<more/>`, "not-well-formed"],
    ["a duplicate attribute", SMALL.replace('scanner="nmap"', 'scanner="nmap" scanner="nmap"'), "not-well-formed"],
    ["damaged scaninfo", SMALL.replace('services="1-20"', 'services="1-2x"'), "plan-mismatch"],
    ["scaninfo that contradicts itself", SMALL.replace('numservices="20"', 'numservices="21"'), "plan-mismatch"],
  ])("%s", async (_, text, problem) => {
    const judged = await verdict(text);
    expect(judged.problems[0]).toBe(problem);
    expect(judged.provesAbsence).toBe(false);
  });

  it("over the size cap: what was read before counts, absence does not", async () => {
    const document = await readText(SMALL, { maxBytes: SMALL.length - 10, chunk: 100 });
    expect(document.problems[0]?.problem).toBe("oversized");
    expect(document.hosts.length).toBeGreaterThan(0);
  });

  it("is not one with megabytes of progress and host hints between two hosts", async () => {
    const hint =
      '<hosthint><status state="up" reason="arp-response" reason_ttl="0"/>\n<address addr="10.0.0.77" addrtype="ipv4"/>\n</hosthint>\n';
    const progress = '<taskprogress task="SYN Stealth Scan" time="1" percent="1.00" remaining="9" etc="9"/>\n';
    const long = SMALL.replace("<verbose", `${hint.repeat(300)}${progress.repeat(300)}<verbose`);
    for (const chunk of [999, 65_536]) {
      const document = await readText(long, { maxHostBytes: 4000, chunk });
      expect(document.problems).toEqual([]);
      expect(document.hosts.length).toBe(3);
    }
  });

  it("with endless text between hosts is given up at the cap, in bounded memory", async () => {
    const document = await readText(SMALL.replace("<verbose", `<taskbegin task="${"x".repeat(200_000)}"/><verbose`), {
      maxHostBytes: 50_000,
      chunk: 1000,
    });
    expect(document.problems[0]?.problem).toBe("oversized");
  });

  it("whose source fails while it is read says so", async () => {
    const { readNmapXml } = await import("../../../src/scan/xml/read.ts");
    async function* broken() {
      yield Buffer.from(SMALL.slice(0, 1500));
      throw new Error("disk on fire");
    }
    const document = await readNmapXml(broken());
    expect(document.problems[0]).toMatchObject({ problem: "not-well-formed", text: "it cannot be read: disk on fire" });
  });
});

describe("a hostile host element", () => {
  const inside = (xml: string) => SMALL.replace("<hostnames>\n<hostname", `${xml}<hostnames>\n<hostname`);
  it.each([
    ["a DOCTYPE", "<!DOCTYPE x>"],
    ["an unclosed element", "<os>"],
    ["an element named __proto__", '<__proto__ a="1"/>'],
    ["nesting without end", "<a>".repeat(5000) + "</a>".repeat(5000)],
    ["an attribute without quotes", "<a b=c/>"],
  ])("with %s is unreadable, the others are read, absence is off", async (_, xml) => {
    const judged = await verdict(inside(xml));
    expect(judged.problems).toContain("host-unreadable");
    expect(judged.document.hosts.map((h) => h.address)).toEqual(["10.0.0.2", "10.0.0.3"]);
    expect(judged).toMatchObject({ completeness: "partial", provesAbsence: false });
  });

  it.each([
    ["no address", 'addr="10.0.0.1"', 'addr="10.0.0.1/8"'],
    ["an octal address", 'addr="10.0.0.1"', 'addr="010.0.0.1"'],
    ["no state", '<status state="up"', '<status state="unknown"'],
  ])("with %s is unreadable", async (_, from, to) => {
    expect((await verdict(SMALL.replace(from, to))).problems).toContain("host-unreadable");
  });

  it("with a comment that never ends hides the rest, so absence is off", async () => {
    const judged = await verdict(inside("<!-- x"));
    expect(judged).toMatchObject({ completeness: "failed", provesAbsence: false });
  });

  it("keeps unknown attributes and elements out of the way", async () => {
    const judged = await verdict(inside('<future constructorx="1"><deep/></future>'));
    expect(judged.completeness).toBe("complete");
  });

  // Found by fuzzing: the validator quoted a megabyte of the document in its message.
  it("is named in a short sentence without its own bytes", async () => {
    for (const xml of [`<${"a\u001b[31m\u202e<".repeat(20_000)}`, "<\u0000\u009b2J/>", `</${"x".repeat(5000)}>`]) {
      const { reason } = await verdict(inside(xml));
      expect(reason?.length).toBeLessThan(400);
      expect(reason).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  });

  it("with a megabyte of markup in one attribute is read in time", async () => {
    const xml = nmapXml({
      hosts: [
        { address: "10.0.0.1", ports: [{ port: 1, scripts: [{ id: "x", output: '&<"\u001b'.repeat(50_000) }] }] },
      ],
    });
    const { cpuMs } = await measured(() => readText(xml, { maxHostBytes: 4_000_000 }));
    expect(cpuMs).toBeLessThan(2000);
  });
});

describe("arguments with bytes that XML forbids", () => {
  it("are read, and shown", async () => {
    const document = await readText(nmapXml({ args: "nmap \u001b[31m\u0000 10.0.0.1", hosts: [], down: 1 }));
    expect(document.header?.args).toBe("nmap \\x00 10.0.0.1");
    expect(document.problems).toEqual([]);
  });
});
