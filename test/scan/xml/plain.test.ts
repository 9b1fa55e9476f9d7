import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseChecked } from "../../../src/scan/xml/element.ts";
import { parsePlain } from "../../../src/scan/xml/plain.ts";
import { nmapXml } from "../../support/nmap-xml.ts";

const REAL = path.join(import.meta.dirname, "../../fixtures/nmap/real");
const HOSTS = ["services.xml", "connect-os.xml", "tcp-udp.xml", "host-timeout.xml"].flatMap((name) =>
  hostsOf(readFileSync(path.join(REAL, name), "latin1")),
);
// Short, with one of everything, so that a mutation hits each construct often.
const SMALL = hostsOf(
  nmapXml({
    hosts: [
      {
        address: "10.0.0.1",
        names: ["a.example"],
        ports: [
          {
            port: 2,
            service: { name: "http", product: "é", version: "1.10" },
            scripts: [{ id: "x", output: "a\nb", value: { k: ["v & w"] } }],
          },
        ],
      },
    ],
  }),
);

/** What a mutation puts into a host. */
// biome-ignore format: one per line would be a page
const PIECES = [
  "<", ">", '"', "'", "/", "=", "&", ";", "&#45;", "&amp;", "&nobody", "\n", " ", "\t", "\r", "\u0000", "é", "</host>", "<b/>",
  "<b></b>", "<b >", "</b >", ' a="1"', ' a="1" a="2"', " a='1'", " a", ' __proto__="x"', "<!--x-->", "<![CDATA[x]]>",
  "<?pi?>", "]]>", "<hasOwnProperty/>", ' toString="x"', "<1/>", "<a:b/>", "\u00a0",
];
/** What small documents are put together from. */
// biome-ignore format: one per line would be a page
const TOKENS = [
  "<a>", "</a>", "<a/>", '<b x="1">', "</b>", "<b\n", ' y="<"', ' y=">"', 'z=""', "/>", ">", "t", "\n", "&lt;", "&", "<", '"',
  "<a b='1'>", "<!-- -->", "<![CDATA[", "]]>", "<?x ?>", "\u0085", "</a",
];

function hostsOf(xml: string): readonly string[] {
  return xml.match(/<host[ >].*?<\/host>/gs) ?? [];
}

/** What is plain must be exactly what validator and parser make of it; what is not is theirs to judge. */
function agrees(xml: string): boolean {
  const plain = parsePlain(xml);
  if (plain === null) return false;
  expect({ element: plain }).toEqual(parseChecked(xml));
  return true;
}

describe("plain XML", () => {
  it("is every host that nmap wrote, read as validator and parser read it", () => {
    expect(HOSTS.length).toBeGreaterThan(4);
    for (const host of HOSTS) expect([host, agrees(host)]).toEqual([host, true]);
  });

  it("is never read otherwise than by validator and parser, however a host is mutated", () => {
    const piece = fc.constantFrom(...PIECES);
    const cut = fc.tuple(
      fc.constantFrom(...SMALL, ...HOSTS.slice(0, 2)),
      fc.array(fc.tuple(fc.nat(9999), fc.nat(12), piece)),
    );
    let plain = 0;
    fc.assert(
      fc.property(cut, ([host, cuts]) => {
        const mutant = cuts.reduce((text, [where, remove, insert]) => {
          const at = where % text.length;
          return text.slice(0, at) + insert + text.slice(at + remove);
        }, host);
        if (agrees(mutant)) plain++;
      }),
      { numRuns: 5000 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  it("is never read otherwise, whatever small document is put together", () => {
    const token = fc.constantFrom(...TOKENS);
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => void agrees(`<a>${tokens.join("")}</a>`)),
      { numRuns: 5000 },
    );
  });

  it.each([
    ["a comment", "<a><!-- x --></a>"],
    ["a CDATA section", "<a><![CDATA[x]]></a>"],
    ["a processing instruction", "<a><?x?></a>"],
    ["single quotes", "<a b='1'></a>"],
    ["a carriage return", "<a>\r\n</a>"],
    ["a bare ampersand", "<a>x & y</a>"],
    ["a name of the prototype", "<a><constructor></constructor></a>"],
    ["a repeated attribute", '<a b="1" b="2"></a>'],
    ["an end without a start", "<a></a></b>"],
    ["text after the root", "<a></a>x"],
    ["a second root", "<a></a><a></a>"],
    ["an open root", "<a><b></b>"],
    ["an open tag", "<a b"],
    ["an open quote", '<a b="x'],
    ["nothing", ""],
    ["deep nesting", `${"<a>".repeat(40)}${"</a>".repeat(40)}`],
  ])("is not %s", (_what, xml) => {
    expect(parsePlain(xml)).toBeNull();
  });

  it("of a megabyte of references or text is read in linear time", () => {
    for (const part of ["&#45;", "x", "&amp;\n", "<b/>"]) expect(agrees(`<a>${part.repeat(100_000)}</a>`)).toBe(true);
    for (const part of ["&", "&#1", "&aaaaaaaaaaaaaaaaaaaaa"]) {
      expect(parsePlain(`<a>${part.repeat(200_000)}</a>`)).toBeNull();
    }
  });
});
