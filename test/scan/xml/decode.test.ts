import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEscapedText, decodeText } from "../../../src/scan/xml/decode.ts";
import { escapeBytes } from "../../support/nmap-xml.ts";

describe("nmap's text", () => {
  it("round-trips for any bytes that are UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const bytes = Buffer.from(text, "utf8");
        expect(decodeText(escapeBytes(bytes))).toBe(bytes.toString("utf8"));
      }),
      { numRuns: 2000 },
    );
  });

  it("round-trips for any bytes at all, as far as UTF-8 goes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(decodeText(escapeBytes(bytes))).toBe(Buffer.from(bytes).toString("utf8"));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["named entities", "&lt;&gt;&amp;&quot;&apos;", "<>&\"'"],
    ["each byte of a character by itself", "&#xc3;&#xa9;", "é"],
    ["decimal and hexadecimal", "&#65;&#x42;", "AB"],
    ["a character past a byte, as other programs write it", "&#x2603;&#128274;", "☃🔒"],
    ["a reference to no character stays literal", "&#xd800; &#x110000;", "&#xd800; &#x110000;"],
    ["an unknown entity stays literal", "&big; &nbsp;", "&big; &nbsp;"],
    ["decoding happens once", "&amp;lt;", "&lt;"],
    ["half an entity stays literal", "&#; &#x; & &amp", "&#; &#x; & &amp"],
    ["raw UTF-8 in the file", Buffer.from("é").toString("latin1"), "é"],
    ["the two bytes of a character, which another program took for two", Buffer.from("Ã©").toString("latin1"), "é"],
    ["the same as references", "&#195;&#169;", "é"],
    ["the same beside references", `${Buffer.from("Ã©").toString("latin1")}&#10;`, "é\n"],
    ["text that was never bytes of nmap", Buffer.from("Ã© ☃").toString("latin1"), "Ã© ☃"],
  ])("%s", (_, raw, expected) => expect(decodeText(raw)).toBe(expected));

  it.each([
    ["literal escapes of odd bytes", "B\\xC3\\xA4r", "Bär"],
    ["an escaped backslash sequence that is none", "\\xZZ \\x1", "\\xZZ \\x1"],
    ["mixed with entities", "&#xc3;\\xa9", "é"],
  ])("in scripts and services: %s", (_, raw, expected) => expect(decodeEscapedText(raw)).toBe(expected));
});
